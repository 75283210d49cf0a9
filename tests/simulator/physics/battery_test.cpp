#include "simulator/physics/battery.h"

#include <gtest/gtest.h>

namespace sluice::simulator {
namespace {

struct Cellar {
  explicit Cellar(const Battery::Traits& traits = {.pack = {.cells = 8, .capacity_ah = 10}})
      : battery(traits, random, at_ms(0)) {}
  void pass(int seconds) {
    for (int i = 0; i < seconds; ++i) battery.step(milliseconds(1'000), now += milliseconds(1'000));
  }
  Timestamp now = at_ms(0);
  Random random{1};
  Battery battery;
};

TEST(Battery, IsChargedUntilACellIsFullAndThenDischargedUntilOneIsLow) {
  Cellar cellar;
  bool was_discharging = false;
  bool was_charging_again = false;
  for (int i = 0; i < 4'000; ++i) {
    cellar.pass(1);
    was_discharging = was_discharging || !cellar.battery.charging();
    was_charging_again = was_charging_again || (was_discharging && cellar.battery.charging());
    for (const auto& reading : cellar.battery.readings()) {
      ASSERT_GT(reading.millivolts, 2'400);
      ASSERT_LT(reading.millivolts, 4'200);
    }
  }
  EXPECT_TRUE(was_discharging);
  EXPECT_TRUE(was_charging_again);
}

TEST(Battery, BleedsCellsThatAreAheadAboveTheThresholdOnly) {
  Cellar cellar;
  bool bled = false;
  for (int i = 0; i < 4'000; ++i) {
    cellar.pass(1);
    bled = bled || cellar.battery.balancing() > 0;
    for (int cell = 0; cell < 8; ++cell) {
      if (cellar.battery.pack().bleeds(cell)) {
        ASSERT_GE(cellar.battery.pack().millivolts(cell), cellar.battery.thresholds().bleed_above_mv);
      }
    }
  }
  EXPECT_TRUE(bled);
}

TEST(Battery, KeepsToItsLimitsAndStopsWithOpenContactors) {
  Cellar cellar;
  cellar.battery.limit(3, 2);
  for (int i = 0; i < 4'000; ++i) {
    cellar.pass(1);
    ASSERT_LE(cellar.battery.amperes(), 3);
    ASSERT_GE(cellar.battery.amperes(), -2);
  }
  cellar.battery.open_contactors(true);
  cellar.pass(1);
  EXPECT_EQ(cellar.battery.amperes(), 0);
}

TEST(Battery, TooWarmItGetsNoCurrentUntilItHasCooled) {
  Cellar cellar({.pack = {.cells = 4}});
  cellar.battery.fail("overheat", at_ms(600'000));
  cellar.pass(599);
  EXPECT_TRUE(cellar.battery.too_warm());
  EXPECT_EQ(cellar.battery.amperes(), 0);
  cellar.pass(7'200);
  EXPECT_FALSE(cellar.battery.too_warm());
}

}  // namespace
}  // namespace sluice::simulator
