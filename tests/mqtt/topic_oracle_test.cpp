// Random filters and topics, judged by libmosquitto's own matcher.
#include <gmock/gmock.h>
#include <mosquitto.h>

#include <algorithm>
#include <random>

#include "message/filter_cover.h"
#include "message/topic_filter.h"
#include "message/topic_tree.h"

namespace sluice::message {
namespace {

class Words {
 public:
  std::string topic() { return join({"a", "b", "", "$x", "1"}); }
  std::string filter() {
    auto text = join({"a", "b", "", "+", "+", "$x", "1"});
    if (pick(4) == 0) text = pick(6) == 0 ? "#" : text + "/#";
    return text;
  }

 private:
  std::size_t pick(std::size_t below) { return random_() % below; }
  std::string join(const std::vector<std::string>& levels) {
    std::string text = levels[pick(levels.size())];
    for (auto more = pick(4); more > 0; --more) text += '/' + levels[pick(levels.size())];
    return text.empty() ? "a" : text;
  }
  std::mt19937 random_{20'26};
};

bool oracle(const std::string& filter, const std::string& topic) {
  bool result = false;
  EXPECT_EQ(mosquitto_topic_matches_sub(filter.c_str(), topic.c_str(), &result), MOSQ_ERR_SUCCESS) << filter;
  return result;
}

TEST(TopicOracle, FilterAndTreeMatchAsMosquittoDoes) {
  Words words;
  std::vector<std::string_view> captures;
  std::vector<TopicTree::Match> matches;
  std::size_t matched = 0;
  for (int round = 0; round < 200; ++round) {
    TopicTree tree;
    std::vector<std::string> filters;
    for (std::size_t i = 0; i < 20; ++i) {
      filters.push_back(words.filter());
      tree.add(TopicFilter::parse(filters.back()).value(), i);
    }
    for (int i = 0; i < 50; ++i) {
      const auto topic = words.topic();
      std::vector<std::size_t> expected;
      for (std::size_t f = 0; f < filters.size(); ++f) {
        const bool match = oracle(filters[f], topic);
        EXPECT_EQ(TopicFilter::parse(filters[f])->match(topic, captures), match) << filters[f] << " " << topic;
        if (match) expected.push_back(f);
      }
      const auto count = tree.match(topic, matches);
      ASSERT_EQ(count, expected.size()) << topic;
      for (std::size_t m = 0; m < count; ++m) EXPECT_EQ(matches[m].number, expected[m]) << topic;
      matched += count;
    }
  }
  EXPECT_GT(matched, 5'000U);
}

TEST(TopicOracle, ACoveringFilterMatchesAllThatTheCoveredDoes) {
  Words words;
  std::size_t covering = 0;
  for (int round = 0; round < 5'000; ++round) {
    const auto wide = words.filter();
    const auto narrow = words.filter();
    bool counterexample = false;
    for (int i = 0; i < 40; ++i) {
      const auto topic = words.topic();
      counterexample = counterexample || (oracle(narrow, topic) && !oracle(wide, topic));
    }
    if (covers(wide, narrow)) {
      EXPECT_FALSE(counterexample) << wide << " " << narrow;
      ++covering;
    }
  }
  EXPECT_GT(covering, 50U);
}

TEST(TopicOracle, ASmallestCoverMatchesWhatAllMatch) {
  Words words;
  for (int round = 0; round < 500; ++round) {
    std::vector<std::string> filters(8);
    std::generate(filters.begin(), filters.end(), [&] { return words.filter(); });
    const auto cover = smallest_cover(filters);
    for (int i = 0; i < 40; ++i) {
      const auto topic = words.topic();
      const auto match = [&](const std::string& filter) { return oracle(filter, topic); };
      EXPECT_EQ(std::any_of(cover.begin(), cover.end(), match), std::any_of(filters.begin(), filters.end(), match));
    }
  }
}

}  // namespace
}  // namespace sluice::message
