#pragma once

#include <atomic>

#include "base/clock.h"

namespace sluice::recording {

/// The time in a capture that is being replayed: that of the message in hand, and what has passed since it.
///
/// Threads: now() from any, set() from one.
class ReplayClock final : public Clock {
 public:
  Timestamp now() const override { return at_ms(ms_.load(std::memory_order_relaxed)); }
  void set(Timestamp time) { ms_.store(to_ms(time), std::memory_order_relaxed); }

 private:
  std::atomic<std::int64_t> ms_{0};
};

}  // namespace sluice::recording
