#include "simulator/physics/motor.h"

#include <gtest/gtest.h>

#include <cmath>

namespace sluice::simulator {
namespace {

TEST(Motor, ArrivesWithoutOvershooting) {
  Motor motor(700, {.speed = 38, .acceleration = 60});
  motor.drive_to(1'100);
  double highest = 0;
  for (int i = 0; i < 2'000 && !motor.arrived(); ++i) {
    motor.step(0.01);
    highest = std::max(highest, motor.height());
  }
  EXPECT_TRUE(motor.arrived());
  EXPECT_LE(highest, 1'101);
}

TEST(Motor, NeverExceedsItsSpeedAndAcceleration) {
  Motor motor(700, {.speed = 38, .acceleration = 60});
  motor.drive_to(1'100);
  double before = motor.height();
  double speed_before = 0;
  for (int i = 0; i < 2'000; ++i) {
    motor.step(0.01);
    const double speed = (motor.height() - before) / 0.01;
    EXPECT_LE(std::abs(speed), 38.001);
    EXPECT_LE(std::abs(speed - speed_before), 0.601);
    before = motor.height();
    speed_before = speed;
  }
}

TEST(Motor, StopsWhenTheCurrentIsTakenAway) {
  Motor motor(700, {.speed = 38, .acceleration = 60});
  motor.drive_to(1'100);
  for (int i = 0; i < 100; ++i) motor.step(0.01);
  motor.stop();
  for (int i = 0; i < 100; ++i) motor.step(0.01);
  EXPECT_TRUE(motor.stands());
  EXPECT_FALSE(motor.arrived());
}

TEST(Motor, ABlockedOneStandsAndGoesOnWhenItIsFree) {
  Motor motor(700, {.speed = 38, .acceleration = 60});
  motor.drive_to(1'100);
  for (int i = 0; i < 100; ++i) motor.step(0.01);
  const double stuck = motor.height();
  motor.block(true);
  for (int i = 0; i < 1'000; ++i) motor.step(0.01);
  EXPECT_EQ(motor.height(), stuck);
  EXPECT_TRUE(motor.stands());
  EXPECT_FALSE(motor.arrived());
  motor.block(false);
  for (int i = 0; i < 2'000; ++i) motor.step(0.01);
  EXPECT_TRUE(motor.arrived());
}

}  // namespace
}  // namespace sluice::simulator
