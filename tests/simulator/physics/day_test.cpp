#include "simulator/physics/day.h"

#include <gtest/gtest.h>

#include <numeric>

namespace sluice::simulator {
namespace {

TEST(Day, ItsMeanHourIsOne) {
  EXPECT_NEAR(std::accumulate(meal_day.begin(), meal_day.end(), 0.0), 24, 0.05);
  EXPECT_NEAR(std::accumulate(water_day.begin(), water_day.end(), 0.0), 24, 0.05);
}

TEST(Day, ChangesGraduallyBetweenItsHoursAndBeginsAnewEachDay) {
  const auto hour = [](double hours) { return at_ms(static_cast<std::int64_t>((24 * 20'000 + hours) * 3'600'000)); };
  EXPECT_DOUBLE_EQ(activity(meal_day, hour(12)), 2.30);
  EXPECT_DOUBLE_EQ(activity(meal_day, hour(12.5)), 2.00);
  EXPECT_DOUBLE_EQ(activity(meal_day, hour(23.5)), (0.66 + 0.25) / 2);
  EXPECT_DOUBLE_EQ(activity(meal_day, at_ms(-3'600'000)), 0.66);
}

}  // namespace
}  // namespace sluice::simulator
