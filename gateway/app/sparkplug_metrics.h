#pragma once

#include <array>
#include <atomic>
#include <cstdint>

#include "metrics/metrics.h"

namespace sluice::mapping::sparkplug {
class Session;
}

namespace sluice::app {

/// What the pipeline's Sparkplug session counts, as other threads may read it: all 0 while no rule needs a session.
///
/// Threads: see() from the pipeline; what register_in() registers is read from any.
class SparkplugMetrics {
 public:
  void see(const mapping::sparkplug::Session& session);
  /// This must outlive the registry's last text.
  void register_in(metrics::Registry& registry) const;

 private:
  static constexpr std::size_t counters = 9;
  std::array<std::atomic<std::uint64_t>, counters> counts_{};
  std::atomic<std::uint64_t> nodes_{0};
  std::atomic<std::uint64_t> bytes_{0};
};

}  // namespace sluice::app
