#pragma once

#include <cstdint>
#include <vector>

#include "simulator/random.h"

namespace sluice::simulator {

enum class Chemistry : std::uint8_t { lfp, nmc };

/// The voltage of a cell at rest, in mV; `state_of_charge` 0 to 1. Iron phosphate (LFP) is flat in the middle and steep
/// at both ends, nickel manganese cobalt (NMC) rises all the way.
double open_circuit_millivolts(Chemistry chemistry, double state_of_charge);

/// The cells of a lithium battery: charged and discharged through one current, each with its own capacity, resistance
/// and state of charge, and a bleeding resistor that can empty it a little. What the resistance turns into heat warms
/// them, the air around cools them.
///
/// Units: A (positive charges), Ah, mV, s, °C.
class CellPack {
 public:
  struct Traits {
    int cells = 16;
    Chemistry chemistry = Chemistry::lfp;
    double capacity_ah = 100;
  };
  CellPack(const Traits& traits, double state_of_charge, Random& random);

  int size() const { return static_cast<int>(cells_.size()); }
  void step(double amperes, double seconds);
  /// At its terminals, under the current of the last step().
  double millivolts(int cell) const { return at(cell).millivolts; }
  void bleed(int cell, bool on) { at(cell).bleeding = on; }
  bool bleeds(int cell) const { return at(cell).bleeding; }
  /// Takes a part of its capacity, and of its charge, away: 0.3 leaves 70 %.
  void wear(int cell, double part);
  double lowest() const;
  double highest() const;
  double total_millivolts() const;
  /// Of the whole pack, 0 to 1: what its weakest cell still gives.
  double state_of_charge() const;
  double capacity_ah() const { return traits_.capacity_ah; }
  double temperature() const { return temperature_; }
  /// The air around.
  void set_ambient(double temperature) { ambient_ = temperature; }

 private:
  struct Cell {
    double capacity_ah;
    double charge_ah;
    double milliohms;  // at 25 °C
    double millivolts = 0;
    bool bleeding = false;
  };
  Cell& at(int cell) { return cells_[static_cast<std::size_t>(cell)]; }
  const Cell& at(int cell) const { return cells_[static_cast<std::size_t>(cell)]; }
  void read_voltages(double amperes);

  const Traits traits_;
  double ambient_ = 22;
  double temperature_ = 22;
  std::vector<Cell> cells_;
};

}  // namespace sluice::simulator
