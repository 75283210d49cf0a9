#include "message/topic_tree.h"

#include <gmock/gmock.h>

namespace sluice::message {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

TopicTree tree(std::initializer_list<const char*> filters) {
  TopicTree tree;
  std::size_t number = 0;
  for (const auto* text : filters) tree.add(TopicFilter::parse(text).value(), number++);
  return tree;
}

std::vector<std::size_t> numbers(const TopicTree& tree, std::string_view topic) {
  std::vector<TopicTree::Match> matches;
  std::vector<std::size_t> numbers;
  const auto count = tree.match(topic, matches);
  for (std::size_t i = 0; i < count; ++i) numbers.push_back(matches[i].number);
  return numbers;
}

TEST(TopicTree, FindsAllThatMatchInAscendingOrder) {
  const auto rules = tree({"#", "desk/{d}/state", "desk/a/state", "desk/+/#", "desk/{d:int}/state", "{p#}/state"});
  EXPECT_THAT(numbers(rules, "desk/a/state"), ElementsAre(0, 1, 2, 3, 5));
  EXPECT_THAT(numbers(rules, "desk/7/state"), ElementsAre(0, 1, 3, 4, 5));
  EXPECT_THAT(numbers(rules, "state"), ElementsAre(0));
  EXPECT_THAT(numbers(rules, "$SYS/state"), IsEmpty());
}

TEST(TopicTree, CapturesBelongToTheirFilter) {
  const auto rules = tree({"a/{x}/c", "a/+/c", "{all#}", "a/{m#}/{last}"});
  std::vector<TopicTree::Match> matches;
  ASSERT_EQ(rules.match("a/b/c", matches), 4U);
  EXPECT_THAT(matches[0].captures, ElementsAre("b"));
  EXPECT_THAT(matches[1].captures, IsEmpty());
  EXPECT_THAT(matches[2].captures, ElementsAre("a/b/c"));
  EXPECT_THAT(matches[3].captures, ElementsAre("b", "c"));
}

TEST(TopicTree, MatchesOfEarlierCallsAreReused) {
  const auto rules = tree({"a/{x}", "b/{x}"});
  std::vector<TopicTree::Match> matches;
  EXPECT_EQ(rules.match("a/1", matches), 1U);
  EXPECT_EQ(rules.match("c/1", matches), 0U);
  EXPECT_EQ(rules.match("b/2", matches), 1U);
  EXPECT_EQ(matches[0].number, 1U);
  EXPECT_THAT(matches[0].captures, ElementsAre("2"));
}

TEST(TopicTree, ATopicOfManyLevelsIsNoTrouble) {
  const auto rules = tree({"{p#}/x", "+/+", "#"});
  EXPECT_THAT(numbers(rules, std::string(65'534, '/') + "x"), ElementsAre(0, 2));
}

}  // namespace
}  // namespace sluice::message
