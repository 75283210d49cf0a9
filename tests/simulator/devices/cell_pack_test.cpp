#include "simulator/devices/cell_pack.h"

#include <gtest/gtest.h>

namespace sluice::simulator {
namespace {

TEST(CellPack, TheCurveIsFlatInTheMiddleAndSteepAtTheEnds) {
  EXPECT_LT(open_circuit_millivolts(0.7) - open_circuit_millivolts(0.3), 60);
  EXPECT_GT(open_circuit_millivolts(1.0) - open_circuit_millivolts(0.98), 100);
  EXPECT_GT(open_circuit_millivolts(0.05) - open_circuit_millivolts(0.0), 400);
  EXPECT_EQ(open_circuit_millivolts(-1), open_circuit_millivolts(0));
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_GT(open_circuit_millivolts(percent / 100.0), open_circuit_millivolts((percent - 1) / 100.0)) << percent;
  }
}

TEST(CellPack, ChargingRaisesEveryCellAndALoadLowersItAtOnce) {
  Random random(1);
  CellPack pack(4, 0.5, random);
  pack.step(0, 1);
  const double rest = pack.millivolts(0);
  pack.step(-50, 0.001);
  EXPECT_LT(pack.millivolts(0), rest - 20);
  pack.step(50, 3'600);
  pack.step(0, 0.001);
  EXPECT_GT(pack.lowest(), rest);
}

TEST(CellPack, CellsDifferAndBleedingEmptiesOne) {
  Random random(1);
  CellPack pack(16, 0.97, random);
  EXPECT_GT(pack.highest() - pack.lowest(), 1);
  const double before = pack.millivolts(3);
  pack.bleed(3, true);
  for (int i = 0; i < 3'600; ++i) pack.step(0, 1);
  EXPECT_LT(pack.millivolts(3), before);
}

TEST(CellPack, ACellIsNeverMoreThanFullOrLessThanEmpty) {
  Random random(1);
  CellPack pack(2, 0.9, random);
  pack.step(1'000, 36'000);
  pack.step(0, 1);
  EXPECT_LE(pack.highest(), open_circuit_millivolts(1.01));
  pack.step(-1'000, 36'000);
  pack.step(0, 1);
  EXPECT_GE(pack.lowest(), open_circuit_millivolts(0));
}

}  // namespace
}  // namespace sluice::simulator
