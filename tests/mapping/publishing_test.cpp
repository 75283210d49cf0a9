#include "mapping/publishing.h"

#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

TEST(Publishing, GoesOutAfterTheRulesEvents) {
  const auto* yaml = "rules: [{topic: 't/{d}', emit: x, publish: {topic: 'p/{d}', payload: {n: =value}}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "5"}}), ElementsAre(StartsWith("0ms x"), R"(> p/1 {"n":5})"));
}

TEST(Publishing, ATextIsItselfAndNullIsZeroBytes) {
  const auto* yaml = "rules: [{topic: t, publish: {topic: p, payload: =value}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"("on")"}, {1, "t", ""}, {2, "t", "1.5"}}),
              ElementsAre("> p on", "> p ", "> p 1.5"));
}

TEST(Publishing, APlaceholderMustNotChangeTheTopicsLevels) {
  const auto* yaml = "rules: [{topic: t, publish: {topic: 'p/{v}', payload: x}}]";
  EXPECT_THAT(
      events_of(yaml, {{0, "t", R"({"v":"a/b"})"}, {1, "t", R"({"v":"#"})"}, {2, "t", "{}"}, {3, "t", R"({"v":7})"}}),
      ElementsAre("! publish: topic: 'v' is 'a/b', which a topic must not hold",
                  "! publish: topic: 'v' is '#', which a topic must not hold", "! publish: topic: 'v' is missing",
                  "> p/7 x"));
}

TEST(Publishing, APlaceholderOfManyLevelsMayHoldSlashes) {
  const auto* yaml = "rules: [{topic: t, publish: {topic: 'p/{v#}', payload: x}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"v":"a/b"})"}}), ElementsAre("> p/a/b x"));
}

bool overlapping(std::string_view a, std::string_view b) {
  return mapping::overlap(*message::TopicFilter::parse(a), *message::TopicFilter::parse(b));
}

TEST(Overlap, IsWhatATopicCanMatchTogether) {
  EXPECT_TRUE(overlapping("a/{x}", "+/b"));
  EXPECT_TRUE(overlapping("a/#", "a"));
  EXPECT_TRUE(overlapping("a/{x#}/c", "a/b/{y}/c"));
  EXPECT_FALSE(overlapping("a/{x}", "b/#"));
  EXPECT_FALSE(overlapping("a/{x#}", "a"));
  EXPECT_FALSE(overlapping("a/{x}", "a/b/c"));
}

}  // namespace
}  // namespace sluice::test
