#include "message/filter_cover.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include <algorithm>

#include "message/topic_filter.h"

namespace sluice::message {
namespace {

using ::testing::ElementsAre;

TEST(SmallestCover, LeavesOutWhatOthersMatch) {
  EXPECT_THAT(smallest_cover({"a/b", "a/+", "c", "a/+", "d/#", "d"}), ElementsAre("a/+", "c", "d/#"));
  EXPECT_THAT(smallest_cover({"#", "+/#", "a"}), ElementsAre("#"));
  EXPECT_THAT(smallest_cover({"a/+", "+/a"}), ElementsAre("a/+", "+/a"));
  EXPECT_THAT(smallest_cover({"a/#", "a/+/#", "a"}), ElementsAre("a/#"));
}

TEST(SmallestCover, KeepsWhatALeadingWildcardLeavesOut) {
  EXPECT_THAT(smallest_cover({"#", "$SYS/a"}), ElementsAre("#", "$SYS/a"));
  EXPECT_THAT(smallest_cover({"$SYS/#", "$SYS/a", "+/a"}), ElementsAre("$SYS/#", "+/a"));
}

TEST(SmallestCover, KeepsExactlyThoseThatNoOtherCovers) {
  const char* const levels[] = {"a", "b", "+", "$a", ""};
  std::vector<std::string> filters{"#"};
  for (const std::string first : levels) {
    for (const std::string second : levels) {
      filters.insert(filters.end(), {first, first + "/#", first + "/" + second, first + "/" + second + "/#"});
    }
  }
  for (std::size_t from = 0; from < filters.size(); ++from) {  // first with "#", then ever fewer
    const std::vector<std::string> some(filters.begin() + static_cast<std::ptrdiff_t>(from), filters.end());
    const auto kept = smallest_cover(some);
    const auto covering = [&](const std::string& filter) {
      return std::count_if(kept.begin(), kept.end(), [&](const auto& other) { return covers(other, filter); });
    };
    for (const auto& filter : some) EXPECT_GE(covering(filter), 1) << filter;
    for (const auto& filter : kept) EXPECT_EQ(covering(filter), 1) << filter;
  }
}

}  // namespace
}  // namespace sluice::message
