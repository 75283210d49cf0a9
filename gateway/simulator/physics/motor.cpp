#include "simulator/physics/motor.h"

#include <algorithm>
#include <cmath>

namespace sluice::simulator {
namespace {

constexpr double near_enough = 0.5;  // mm

}  // namespace

void Motor::step(double seconds) {
  if (blocked_) {
    velocity_ = 0;
    return;
  }
  const double way = target_ - height_;
  double wanted = 0;
  if (driven_ && std::abs(way) > near_enough) {
    // The speed from which the rest of the way is just enough to brake.
    wanted = std::copysign(std::min(limits_.speed, std::sqrt(2 * limits_.acceleration * std::abs(way))), way);
  }
  const double change = limits_.acceleration * seconds;
  velocity_ = std::clamp(wanted, velocity_ - change, velocity_ + change);
  height_ += velocity_ * seconds;
}

bool Motor::arrived() const {
  return stands() && std::abs(target_ - height_) <= near_enough;
}

}  // namespace sluice::simulator
