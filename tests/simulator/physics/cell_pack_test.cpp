#include "simulator/physics/cell_pack.h"

#include <gtest/gtest.h>

namespace sluice::simulator {
namespace {

TEST(CellPack, TheCurveIsFlatInTheMiddleAndSteepAtTheEnds) {
  EXPECT_LT(open_circuit_millivolts(Chemistry::lfp, 0.7) - open_circuit_millivolts(Chemistry::lfp, 0.3), 60);
  EXPECT_GT(open_circuit_millivolts(Chemistry::lfp, 1.0) - open_circuit_millivolts(Chemistry::lfp, 0.98), 100);
  EXPECT_GT(open_circuit_millivolts(Chemistry::lfp, 0.05) - open_circuit_millivolts(Chemistry::lfp, 0.0), 400);
  EXPECT_EQ(open_circuit_millivolts(Chemistry::lfp, -1), open_circuit_millivolts(Chemistry::lfp, 0));
  for (int percent = 1; percent <= 100; ++percent) {
    EXPECT_GT(open_circuit_millivolts(Chemistry::lfp, percent / 100.0),
              open_circuit_millivolts(Chemistry::lfp, (percent - 1) / 100.0))
        << percent;
  }
}

TEST(CellPack, ChargingRaisesEveryCellAndALoadLowersItAtOnce) {
  Random random(1);
  CellPack pack({.cells = 4}, 0.5, random);
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
  CellPack pack({.cells = 16}, 0.97, random);
  EXPECT_GT(pack.highest() - pack.lowest(), 1);
  const double before = pack.millivolts(3);
  pack.bleed(3, true);
  for (int i = 0; i < 3'600; ++i) pack.step(0, 1);
  EXPECT_LT(pack.millivolts(3), before);
}

TEST(CellPack, ACellIsNeverMoreThanFullOrLessThanEmpty) {
  Random random(1);
  CellPack pack({.cells = 2}, 0.9, random);
  pack.step(1'000, 36'000);
  pack.step(0, 1);
  EXPECT_LE(pack.highest(), open_circuit_millivolts(Chemistry::lfp, 1.01));
  pack.step(-1'000, 36'000);
  pack.step(0, 1);
  EXPECT_GE(pack.lowest(), open_circuit_millivolts(Chemistry::lfp, 0));
}

TEST(CellPack, NickelCellsRiseAllTheWay) {
  for (int percent = 1; percent <= 100; ++percent) {
    const double rise = open_circuit_millivolts(Chemistry::nmc, percent / 100.0) -
                        open_circuit_millivolts(Chemistry::nmc, (percent - 1) / 100.0);
    EXPECT_GT(rise, 3) << percent;
  }
  EXPECT_EQ(open_circuit_millivolts(Chemistry::nmc, 1), 4'200);
}

TEST(CellPack, CurrentWarmsItAndTheAirCoolsIt) {
  Random random(1);
  CellPack pack({.cells = 4}, 0.9, random);
  for (int i = 0; i < 600; ++i) pack.step(-80, 1);
  const double warm = pack.temperature();
  EXPECT_GT(warm, 23);
  for (int i = 0; i < 600; ++i) pack.step(0, 1);
  EXPECT_LT(pack.temperature(), warm);
}

TEST(CellPack, AWornCellIsEmptyBeforeTheOthers) {
  Random random(1);
  CellPack pack({.cells = 4}, 0.5, random);
  pack.wear(2, 0.4);
  for (int i = 0; i < 2'000; ++i) pack.step(-50, 1);
  EXPECT_EQ(pack.lowest(), pack.millivolts(2));
  EXPECT_GT(pack.highest() - pack.lowest(), 20);
  EXPECT_LT(pack.state_of_charge(), 0.1);
}

}  // namespace
}  // namespace sluice::simulator
