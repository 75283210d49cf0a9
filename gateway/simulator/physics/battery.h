#pragma once

#include <string_view>
#include <vector>

#include "base/clock.h"
#include "simulator/physics/cell_pack.h"
#include "simulator/random.h"

namespace sluice::simulator {

/// A house's battery and the electronics that guard it: the sun charges it until a cell is full, then changing loads
/// empty it until one is low, and so on. Cells that are ahead are bled above a threshold; one that is far too warm gets
/// no current.
///
/// Units: A (positive charges), mV, °C.
class Battery {
 public:
  struct Traits {
    CellPack::Traits pack;
    double charge_amperes = 45;     // at most
    double discharge_amperes = 60;  // at most
  };
  /// Voltages from which on it does something.
  struct Thresholds {
    double full_mv;         // ends the charging
    double empty_mv;        // ends the discharging
    double bleed_above_mv;  // cells below are not bled
  };
  /// What is measured of a cell.
  struct Reading {
    int millivolts = 0;
    bool balancing = false;
  };

  Battery(const Traits& traits, Random& random, Timestamp now);

  /// Goes on by `time` to `now`: loads change, cells are bled and measured.
  void step(milliseconds time, Timestamp now);
  /// Measures only.
  void measure();

  const CellPack& pack() const { return pack_; }
  const Thresholds& thresholds() const { return thresholds_; }
  const std::vector<Reading>& readings() const { return readings_; }
  double amperes() const { return amperes_; }
  bool charging() const { return charging_; }
  bool too_warm() const { return too_warm_; }
  int balancing() const;
  const Traits& traits() const { return traits_; }

  // What can be done to it:
  /// At most so much, from now on.
  void limit(double charge_amperes, double discharge_amperes) {
    most_charge_ = charge_amperes;
    most_discharge_ = discharge_amperes;
  }
  void open_contactors(bool open) { open_ = open; }
  /// One of `faults`, until then: a cell's measuring wire is off, so that it reads nothing; a heating pad does not
  /// switch off; a cell loses a third of its capacity, for good.
  void fail(std::string_view fault, Timestamp until);

  static constexpr std::string_view faults[] = {"broken_wire", "overheat", "weak_cell"};

 private:
  void choose_current();
  void balance();

  const Traits traits_;
  const Thresholds thresholds_;
  Random& random_;
  CellPack pack_;
  Timestamp now_;
  Timestamp current_until_;  // then the load, or the sun, changes
  double wanted_amperes_ = 0;
  double amperes_ = 0;
  double most_charge_;
  double most_discharge_;
  bool charging_ = true;
  bool open_ = false;
  bool too_warm_ = false;
  int broken_wire_ = 0;  // of that cell
  Timestamp wire_broken_until_{};
  Timestamp heated_until_{};
  std::vector<Reading> readings_;
};

}  // namespace sluice::simulator
