#pragma once

#include <cstdint>
#include <vector>

#include "simulator/random.h"

namespace sluice::simulator {

/// The cells of a lithium iron phosphate battery: charged and discharged through one current, each with its own
/// capacity, resistance and state of charge, and a bleeding resistor that can empty it a little.
///
/// Units: A (positive charges), Ah, mV, s.
class CellPack {
 public:
  CellPack(int cells, double state_of_charge, Random& random);

  int size() const { return static_cast<int>(cells_.size()); }
  void step(double amperes, double seconds);
  /// At its terminals, under the current of the last step().
  double millivolts(int cell) const;
  void bleed(int cell, bool on);
  bool bleeds(int cell) const { return cells_[static_cast<std::size_t>(cell)].bleeding; }
  double lowest() const;
  double highest() const;

 private:
  struct Cell {
    double capacity_ah;
    double charge_ah;
    double milliohms;
    bool bleeding = false;
  };
  double amperes_ = 0;
  std::vector<Cell> cells_;
};

/// The voltage of a cell at rest: flat in the middle, steep at both ends. `state_of_charge` 0 to 1.
double open_circuit_millivolts(double state_of_charge);

}  // namespace sluice::simulator
