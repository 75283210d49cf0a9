#include "simulator/physics/waterworks.h"

#include <gtest/gtest.h>

#include <set>

namespace sluice::simulator {
namespace {

double water_in(const WaterLine& line) {
  return line.raw().volume() + line.clear().volume();
}
double water_out(const WaterLine& line) {
  return line.given() + line.leaked() + line.raw().overflow() + line.clear().overflow();
}

TEST(Tank, RunsOverAndIsNeverMoreThanEmpty) {
  Tank tank(10, 4, 3);
  tank.fill(25);
  EXPECT_DOUBLE_EQ(tank.level(), 4);
  EXPECT_DOUBLE_EQ(tank.overflow(), 15);
  EXPECT_DOUBLE_EQ(tank.draw(60), 40);
  EXPECT_DOUBLE_EQ(tank.level(), 0);
}

TEST(Pump, GivesLessTheHigherItLiftsAndNothingWhenItStands) {
  Pump pump({.most_flow = 60, .most_lift = 40, .rated_kw = 7});
  EXPECT_EQ(pump.flow(10), 0);
  pump.start();
  for (int i = 0; i < 10; ++i) pump.step(1);
  EXPECT_DOUBLE_EQ(pump.flow(0), 60);
  EXPECT_DOUBLE_EQ(pump.flow(10), 45);
  EXPECT_DOUBLE_EQ(pump.flow(50), 0);
  EXPECT_GT(pump.temperature(), 24);
  pump.trip(true);
  for (int i = 0; i < 10; ++i) pump.step(1);
  pump.start();
  EXPECT_EQ(pump.flow(10), 0);
}

TEST(WaterLine, NoWaterIsLostOrMade) {
  WaterLine line(2, 3);
  const double before = water_in(line);
  for (int second = 0; second < 86'400; ++second) {
    line.leak(second > 40'000 && second < 50'000);
    line.step(1, 10 + second % 40);
  }
  EXPECT_GT(line.taken(), 300);
  EXPECT_GT(line.leaked(), 10);
  EXPECT_NEAR(before + line.taken(), water_in(line) + water_out(line), 1e-6);
}

TEST(WaterLine, ItsPumpsStartAndStopAndItsTanksNeitherRunOverNorDry) {
  WaterLine line(2, 3);
  int starts = 0;
  bool ran = false;
  for (int second = 0; second < 86'400; ++second) {
    line.step(1, 22);
    starts += line.well().runs() && !ran ? 1 : 0;
    ran = line.well().runs();
    ASSERT_GT(line.clear().part(), 0.2);
  }
  EXPECT_GT(starts, 3);
  EXPECT_EQ(line.raw().overflow() + line.clear().overflow(), 0);
}

TEST(WaterLine, AWellPumpThatTrippedLetsTheLevelFall) {
  WaterLine line(2, 3);
  line.trip(true);
  for (int second = 0; second < 6 * 3'600; ++second) line.step(1, 22);
  EXPECT_EQ(line.taken(), 0);
  EXPECT_LT(line.clear().part(), 0.2);
}

TEST(Waterworks, ALeakIsInItsFirstLineWhileItLasts) {
  Random random(1);
  Waterworks works(2, random);
  works.fail("leak", at_ms(100'000));
  for (int second = 1; second <= 200; ++second) works.step(milliseconds(1'000), at_ms(second * 1'000));
  EXPECT_NEAR(works.lines()[0].leaked(), 9 * 99 / 3'600.0, 1e-9);
  EXPECT_EQ(works.lines()[1].leaked(), 0);
}

TEST(Waterworks, HasHundredsOfTagsWithNamesOfTheirOwn) {
  Random random(1);
  Waterworks works(12, random);
  works.step(milliseconds(1'000), at_ms(0));
  works.read();
  EXPECT_EQ(works.tags().size(), 245U);
  std::set<std::string> names;
  for (const auto& tag : works.tags()) {
    names.insert(tag.line + "/" + tag.name);
    EXPECT_GE(tag.value, -0.05) << tag.name;  // nothing, and its noise
  }
  EXPECT_EQ(names.size(), 245U);
}

}  // namespace
}  // namespace sluice::simulator
