#include "stream/deadlines.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <array>
#include <random>

namespace sluice::stream {
namespace {

TEST(Deadlines, NextIsTheEarliest) {
  Deadlines deadlines;
  std::array<Deadline, 3> some;
  EXPECT_EQ(deadlines.next(), INT64_MAX);
  deadlines.set(some[0], 30);
  deadlines.set(some[1], 10);
  deadlines.set(some[2], 20);
  EXPECT_EQ(&deadlines.front(), &some[1]);
  deadlines.remove(some[1]);
  EXPECT_EQ(deadlines.next(), 20);
}

TEST(Deadlines, OneCanBeMovedBothWays) {
  Deadlines deadlines;
  std::array<Deadline, 2> some;
  deadlines.set(some[0], 10);
  deadlines.set(some[1], 20);
  deadlines.set(some[0], 30);
  EXPECT_EQ(&deadlines.front(), &some[1]);
  deadlines.set(some[0], 5);
  EXPECT_EQ(&deadlines.front(), &some[0]);
}

TEST(Deadlines, RemovingWhatIsNotThereDoesNothing) {
  Deadlines deadlines;
  Deadline one;
  deadlines.remove(one);
  deadlines.set(one, 1);
  deadlines.remove(one);
  deadlines.remove(one);
  EXPECT_TRUE(deadlines.empty());
}

TEST(Deadlines, AlwaysKnowTheEarliestOfMany) {
  std::mt19937 random(7);
  Deadlines deadlines;
  std::array<Deadline, 50> many;
  for (int step = 0; step < 5000; ++step) {
    auto& one = many[random() % many.size()];
    if (random() % 4 == 0) {
      deadlines.remove(one);
      one.at_ms = INT64_MAX;
    } else {
      deadlines.set(one, static_cast<std::int64_t>(random() % 1000));
    }
    ASSERT_EQ(deadlines.next(), std::ranges::min(many, {}, &Deadline::at_ms).at_ms);
  }
}

}  // namespace
}  // namespace sluice::stream
