#pragma once

#include <atomic>
#include <chrono>
#include <cstdint>

namespace sluice {

using std::chrono::milliseconds;

/// A point in time in whole milliseconds since 1970-01-01T00:00Z: the resolution of the message clock.
using Timestamp = std::chrono::sys_time<milliseconds>;

constexpr Timestamp at_ms(std::int64_t ms) {
  return Timestamp(milliseconds(ms));
}
constexpr std::int64_t to_ms(Timestamp time) {
  return time.time_since_epoch().count();
}

/// What says the time. Threads: any.
class Clock {
 public:
  virtual ~Clock() = default;
  /// The message clock: wall time, never backwards.
  virtual Timestamp now() const = 0;
};

/// Wall time at start plus monotonic time since; a step of the wall clock is taken over by `check_wall`, but the clock
/// never runs backwards: when it is ahead it stands still.
///
/// Threads: now() from any; check_wall() from one.
class SystemClock final : public Clock {
 public:
  SystemClock();
  Timestamp now() const override;
  /// Compares with the wall clock (call it once a minute); returns the step taken over when it is above one second,
  /// else zero.
  milliseconds check_wall();

 private:
  mutable std::atomic<std::int64_t> latest_ms_{0};  // the latest time told
  std::atomic<std::int64_t> offset_ms_{0};          // wall time less monotonic time
};

/// A clock that tests set.
class ManualClock final : public Clock {
 public:
  explicit ManualClock(Timestamp start = {}) : now_(start) {}
  Timestamp now() const override { return now_; }
  void advance(milliseconds by) { now_ += by; }
  void set(Timestamp time) { now_ = time; }

 private:
  Timestamp now_;
};

}  // namespace sluice
