#pragma once

#include <algorithm>

namespace sluice::simulator {

/// An open tank with upright walls. What it cannot hold runs over, and is counted.
///
/// Units: m, m2, m3.
class Tank {
 public:
  Tank(double area, double height, double level) : area_(area), height_(height), volume_(area * level) {}

  void fill(double volume) {
    volume_ += volume;
    const double over = std::max(0.0, volume_ - area_ * height_);
    volume_ -= over;
    overflow_ += over;
  }
  /// Takes out as much of it as there is; returns how much that was.
  double draw(double volume) {
    const double drawn = std::clamp(volume, 0.0, volume_);
    volume_ -= drawn;
    return drawn;
  }

  double level() const { return volume_ / area_; }
  double volume() const { return volume_; }
  double part() const { return volume_ / (area_ * height_); }
  /// All that ran over.
  double overflow() const { return overflow_; }
  /// At its bottom, in bar.
  double pressure() const { return level() * 0.0981; }

 private:
  double area_;
  double height_;
  double volume_;
  double overflow_ = 0;
};

}  // namespace sluice::simulator
