#include "base/clock.h"

#include <cstdlib>

namespace sluice {
namespace {

std::int64_t wall_ms() {
  return to_ms(std::chrono::time_point_cast<milliseconds>(std::chrono::system_clock::now()));
}

std::int64_t monotonic_ms() {
  return std::chrono::duration_cast<milliseconds>(std::chrono::steady_clock::now().time_since_epoch()).count();
}

}  // namespace

SystemClock::SystemClock() : offset_ms_(wall_ms() - monotonic_ms()) {}

Timestamp SystemClock::now() const {
  const auto told = monotonic_ms() + offset_ms_.load(std::memory_order_relaxed);
  auto latest = latest_ms_.load(std::memory_order_relaxed);
  while (told > latest && !latest_ms_.compare_exchange_weak(latest, told, std::memory_order_relaxed)) {
  }
  return at_ms(told > latest ? told : latest);
}

milliseconds SystemClock::check_wall() {
  const auto offset = wall_ms() - monotonic_ms();
  const auto step = offset - offset_ms_.load(std::memory_order_relaxed);
  if (std::abs(step) <= 1000) return milliseconds(0);
  offset_ms_.store(offset, std::memory_order_relaxed);
  return milliseconds(step);
}

}  // namespace sluice
