#include "simulator/physics/cell_pack.h"

#include <algorithm>
#include <array>

namespace sluice::simulator {
namespace {

constexpr double bleeding_amperes = 0.2;
constexpr double overfull = 1.01;  // what a cell takes at most
constexpr double cooling_s = 2'400;
constexpr double joules_a_kelvin = 1'900;  // of a cell of 100 Ah
constexpr double resistance_temperature = 25;
constexpr double colder_is_harder = 0.012;  // more resistance for each kelvin below

struct Point {
  double state_of_charge;
  double millivolts;
};
using Curve = std::array<Point, 15>;
constexpr Curve lfp = {{{0.00, 2500},
                        {0.02, 2800},
                        {0.05, 3010},
                        {0.10, 3180},
                        {0.20, 3245},
                        {0.30, 3275},
                        {0.40, 3292},
                        {0.60, 3303},
                        {0.70, 3325},
                        {0.90, 3335},
                        {0.95, 3345},
                        {0.98, 3385},
                        {0.99, 3440},
                        {1.00, 3580},
                        {1.01, 3750}}};
constexpr Curve nmc = {{{0.00, 3000},
                        {0.02, 3210},
                        {0.05, 3380},
                        {0.10, 3480},
                        {0.20, 3565},
                        {0.30, 3620},
                        {0.40, 3662},
                        {0.50, 3712},
                        {0.60, 3795},
                        {0.70, 3890},
                        {0.80, 3985},
                        {0.90, 4085},
                        {0.95, 4135},
                        {1.00, 4200},
                        {1.01, 4250}}};

}  // namespace

double open_circuit_millivolts(Chemistry chemistry, double state_of_charge) {
  const auto& curve = chemistry == Chemistry::lfp ? lfp : nmc;
  const auto charge = std::clamp(state_of_charge, curve.front().state_of_charge, curve.back().state_of_charge);
  const auto* above = std::find_if(curve.begin() + 1, curve.end() - 1,
                                   [&](const Point& point) { return charge <= point.state_of_charge; });
  const auto* below = above - 1;
  const double part = (charge - below->state_of_charge) / (above->state_of_charge - below->state_of_charge);
  return below->millivolts + part * (above->millivolts - below->millivolts);
}

CellPack::CellPack(const Traits& traits, double state_of_charge, Random& random) : traits_(traits) {
  cells_.reserve(static_cast<std::size_t>(traits.cells));
  for (int i = 0; i < traits.cells; ++i) {
    const double capacity = traits.capacity_ah * (1 + random.noise(0.008));
    cells_.push_back({.capacity_ah = capacity,
                      .charge_ah = capacity * std::clamp(state_of_charge + random.noise(0.004), 0.0, 1.0),
                      .milliohms = 70 / traits.capacity_ah * (1 + random.noise(0.08))});
  }
  read_voltages(0);
}

void CellPack::step(double amperes, double seconds) {
  for (auto& cell : cells_) {
    const double through = amperes - (cell.bleeding ? bleeding_amperes : 0);
    cell.charge_ah = std::clamp(cell.charge_ah + through * seconds / 3600, 0.0, cell.capacity_ah * overfull);
  }
  const double milliohms = 70 / traits_.capacity_ah;
  const double watts = amperes * amperes * milliohms / 1000;  // of one cell
  temperature_ += watts * seconds / (joules_a_kelvin * traits_.capacity_ah / 100);
  temperature_ += (ambient_ - temperature_) * std::min(1.0, seconds / cooling_s);
  read_voltages(amperes);
}

void CellPack::read_voltages(double amperes) {
  const double cold = 1 + colder_is_harder * std::max(0.0, resistance_temperature - temperature_);
  for (auto& cell : cells_) {
    cell.millivolts =
        open_circuit_millivolts(traits_.chemistry, cell.charge_ah / cell.capacity_ah) + amperes * cell.milliohms * cold;
  }
}

void CellPack::wear(int cell, double part) {
  at(cell).capacity_ah *= 1 - part;
  at(cell).charge_ah *= 1 - part;
}

double CellPack::lowest() const {
  double lowest = millivolts(0);
  for (const auto& cell : cells_) lowest = std::min(lowest, cell.millivolts);
  return lowest;
}

double CellPack::highest() const {
  double highest = millivolts(0);
  for (const auto& cell : cells_) highest = std::max(highest, cell.millivolts);
  return highest;
}

double CellPack::total_millivolts() const {
  double total = 0;
  for (const auto& cell : cells_) total += cell.millivolts;
  return total;
}

double CellPack::state_of_charge() const {
  double least = 1;
  for (const auto& cell : cells_) least = std::min(least, cell.charge_ah / cell.capacity_ah);
  return least;
}

}  // namespace sluice::simulator
