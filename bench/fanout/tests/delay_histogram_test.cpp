#include "fanout/delay_histogram.h"

#include <gtest/gtest.h>

namespace sluice::bench {
namespace {

TEST(DelayHistogram, TellsQuantilesWithinOnePercent) {
  DelayHistogram delays;
  for (int us = 1; us <= 1000; ++us) delays.add(us * 1000);
  EXPECT_NEAR(static_cast<double>(delays.quantile_nanoseconds(0.5)), 500'000, 5'000);
  EXPECT_NEAR(static_cast<double>(delays.quantile_nanoseconds(0.99)), 990'000, 9'900);
  EXPECT_EQ(delays.quantile_nanoseconds(1), 1'000'000U);
}

TEST(DelayHistogram, CountsADelayBelowZeroAsZero) {
  DelayHistogram delays;
  delays.add(-5);
  EXPECT_EQ(delays.count(), 1U);
  EXPECT_EQ(delays.quantile_nanoseconds(0.5), 0U);
}

TEST(DelayHistogram, HasNothingAfterClear) {
  DelayHistogram delays;
  delays.add(7);
  delays.clear();
  EXPECT_EQ(delays.count(), 0U);
  EXPECT_EQ(delays.max_nanoseconds(), 0U);
}

}  // namespace
}  // namespace sluice::bench
