#pragma once

#include <cstdint>

namespace sluice::simulator {

/// Repeatable chance in eight bytes (splitmix64), the same on every machine.
class Random {
 public:
  explicit Random(std::uint64_t seed) : state_(seed) {}

  std::uint64_t bits() {
    state_ += 0x9E3779B97F4A7C15U;
    auto mixed = state_;
    mixed = (mixed ^ (mixed >> 30U)) * 0xBF58476D1CE4E5B9U;
    mixed = (mixed ^ (mixed >> 27U)) * 0x94D049BB133111EBU;
    return mixed ^ (mixed >> 31U);
  }
  /// In [0, 1).
  double part() { return static_cast<double>(bits() >> 11U) * 0x1.0p-53; }
  double between(double low, double high) { return low + part() * (high - low); }
  /// In [0, count).
  int pick(int count) { return static_cast<int>(part() * count); }
  bool chance(double probability) { return part() < probability; }
  /// Near to normal, around 0 with standard deviation `sigma`, never beyond 6 sigma: the sum of twelve parts.
  double noise(double sigma) {
    double sum = -6;
    for (int i = 0; i < 12; ++i) sum += part();
    return sum * sigma;
  }

 private:
  std::uint64_t state_;
};

}  // namespace sluice::simulator
