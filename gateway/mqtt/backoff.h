#pragma once

#include <cstdint>
#include <random>

#include "base/clock.h"

namespace sluice::mqtt {

/// How long to wait before the next attempt: a random part ("full jitter") of 1, 2, 4, 8, 16 and then always 30 s, so
/// that a crowd of gateways does not return to its broker all at once.
class Backoff {
 public:
  explicit Backoff(std::uint64_t seed) : random_(seed) {}
  milliseconds next();
  void reset() { attempts_ = 0; }

  static constexpr milliseconds first{1'000};
  static constexpr milliseconds longest{30'000};

 private:
  std::mt19937_64 random_;
  int attempts_ = 0;
};

}  // namespace sluice::mqtt
