#pragma once

#include <algorithm>
#include <cmath>

#include "simulator/random.h"

namespace sluice::simulator {

/// How well a device hears its access point: people and doors between them come and go.
///
/// Units: dBm.
class Wifi {
 public:
  explicit Wifi(Random& random) : random_(random) {}

  /// A second later.
  void step() { rssi_ = std::clamp(rssi_ + 0.02 * (usual - rssi_) + random_.noise(0.8), -88.0, -42.0); }
  int rssi() const { return static_cast<int>(std::lround(rssi_)); }

 private:
  static constexpr double usual = -62;
  Random& random_;
  double rssi_ = usual;
};

}  // namespace sluice::simulator
