#pragma once

#include <optional>

#include "simulator/random.h"

namespace sluice::simulator {

/// A time-of-flight sensor (VL53L5CX): its readings scatter, more so when the target is far, and some ranges in a row
/// come without a valid target now and then.
///
/// Units: mm.
class DistanceSensor {
 public:
  struct Traits {
    double noise_mm = 1.5;    // standard deviation at one metre
    double drop_out = 0.004;  // how likely it is that a range begins a gap
    int longest_gap = 4;      // ranges
  };

  DistanceSensor(Traits traits, Random& random) : traits_(traits), random_(random) {}

  /// The next range; nullopt when it has no valid target.
  std::optional<int> range(double distance_mm);
  /// Off the bus, or on it again.
  void break_off(bool broken) { broken_ = broken; }

 private:
  const Traits traits_;
  Random& random_;
  int gap_ = 0;  // ranges that are still lost
  bool broken_ = false;
};

}  // namespace sluice::simulator
