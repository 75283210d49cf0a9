#include "simulator/devices/cell_pack.h"

#include <algorithm>
#include <iterator>

namespace sluice::simulator {
namespace {

constexpr double nominal_ah = 100;
constexpr double bleeding_amperes = 0.2;

struct Point {
  double state_of_charge;
  double millivolts;
};
constexpr Point curve[] = {{0.00, 2500}, {0.02, 2800}, {0.05, 3010}, {0.10, 3180}, {0.20, 3245},
                           {0.30, 3275}, {0.40, 3292}, {0.60, 3303}, {0.70, 3325}, {0.90, 3335},
                           {0.95, 3345}, {0.98, 3385}, {0.99, 3440}, {1.00, 3580}, {1.01, 3750}};

}  // namespace

double open_circuit_millivolts(double state_of_charge) {
  const auto charge =
      std::clamp(state_of_charge, std::begin(curve)->state_of_charge, std::rbegin(curve)->state_of_charge);
  const auto* above = std::find_if(std::begin(curve) + 1, std::end(curve) - 1,
                                   [&](const Point& point) { return charge <= point.state_of_charge; });
  const auto* below = above - 1;
  const double part = (charge - below->state_of_charge) / (above->state_of_charge - below->state_of_charge);
  return below->millivolts + part * (above->millivolts - below->millivolts);
}

CellPack::CellPack(int cells, double state_of_charge, Random& random) {
  for (int i = 0; i < cells; ++i) {
    const double capacity = nominal_ah * (1 + random.noise(0.008));
    cells_.push_back({.capacity_ah = capacity,
                      .charge_ah = capacity * std::clamp(state_of_charge + random.noise(0.004), 0.0, 1.0),
                      .milliohms = 0.7 * (1 + random.noise(0.08))});
  }
}

void CellPack::step(double amperes, double seconds) {
  amperes_ = amperes;
  for (auto& cell : cells_) {
    const double through = amperes - (cell.bleeding ? bleeding_amperes : 0);
    cell.charge_ah = std::clamp(cell.charge_ah + through * seconds / 3600, 0.0, cell.capacity_ah * 1.01);
  }
}

double CellPack::millivolts(int index) const {
  const auto& cell = cells_[static_cast<std::size_t>(index)];
  return open_circuit_millivolts(cell.charge_ah / cell.capacity_ah) + amperes_ * cell.milliohms;
}

void CellPack::bleed(int cell, bool on) {
  cells_[static_cast<std::size_t>(cell)].bleeding = on;
}

double CellPack::lowest() const {
  double lowest = millivolts(0);
  for (int i = 1; i < size(); ++i) lowest = std::min(lowest, millivolts(i));
  return lowest;
}

double CellPack::highest() const {
  double highest = millivolts(0);
  for (int i = 1; i < size(); ++i) highest = std::max(highest, millivolts(i));
  return highest;
}

}  // namespace sluice::simulator
