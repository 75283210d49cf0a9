#include "simulator/physics/distance_sensor.h"

#include <cmath>

namespace sluice::simulator {

std::optional<int> DistanceSensor::range(double distance_mm) {
  const double reading = distance_mm + random_.noise(traits_.noise_mm * (0.5 + distance_mm / 2'000));
  if (gap_ == 0 && random_.chance(traits_.drop_out)) gap_ = 1 + random_.pick(traits_.longest_gap);
  if (gap_ > 0) {
    --gap_;
    return std::nullopt;
  }
  if (broken_) return std::nullopt;
  return static_cast<int>(std::lround(reading));
}

}  // namespace sluice::simulator
