#include "simulator/physics/distance_sensor.h"

#include <gtest/gtest.h>

#include <algorithm>
#include <cmath>

namespace sluice::simulator {
namespace {

/// The standard deviation of 2,000 ranges.
double scatter(DistanceSensor& sensor, double distance) {
  double squares = 0;
  for (int i = 0; i < 2'000; ++i) squares += std::pow(sensor.range(distance).value_or(0) - distance, 2);
  return std::sqrt(squares / 2'000);
}

TEST(DistanceSensor, ScattersMoreWhenTheTargetIsFar) {
  Random random(1);
  DistanceSensor sensor({.noise_mm = 1.5, .drop_out = 0, .longest_gap = 1}, random);
  const double near = scatter(sensor, 500);
  EXPECT_GT(near, 0.8);
  EXPECT_LT(near, 1.6);
  EXPECT_GT(scatter(sensor, 2'500), near * 1.5);
}

TEST(DistanceSensor, LosesSomeRangesInARow) {
  Random random(1);
  DistanceSensor sensor({.noise_mm = 0, .drop_out = 0.02, .longest_gap = 4}, random);
  int lost = 0;
  int gap = 0;
  int longest = 0;
  for (int i = 0; i < 5'000; ++i) {
    gap = sensor.range(1'000) ? 0 : gap + 1;
    lost += gap > 0 ? 1 : 0;
    longest = std::max(longest, gap);
  }
  EXPECT_GT(lost, 100);
  EXPECT_LT(lost, 500);
  EXPECT_GE(longest, 4);
}

TEST(DistanceSensor, OffTheBusItReadsNothing) {
  Random random(1);
  DistanceSensor sensor({.noise_mm = 0, .drop_out = 0, .longest_gap = 1}, random);
  sensor.break_off(true);
  EXPECT_FALSE(sensor.range(1'000));
  sensor.break_off(false);
  EXPECT_EQ(sensor.range(1'000), 1'000);
}

}  // namespace
}  // namespace sluice::simulator
