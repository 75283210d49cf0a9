#pragma once

#include <array>
#include <memory>
#include <string>

#include "event/wire.h"
#include "metrics/metrics.h"
#include "stream/cursor.h"

namespace sluice::stream {

/// What the hub and the feeds count.
///
/// Threads: any.
struct StreamMetrics {
  explicit StreamMetrics(metrics::Registry* registry);

 private:
  std::unique_ptr<metrics::Registry> own_;  // when the hub was given none
  metrics::Registry& registry_;

 public:
  metrics::Counter& events;
  metrics::Counter& event_bytes;
  metrics::Counter& latest_refused;
  metrics::Counter& conflated;
  metrics::Counter& heartbeats;
  metrics::Gauge& selections;
  metrics::Gauge& cursors;
  std::array<metrics::Counter*, event::gap_reason_count> gaps;
  std::array<metrics::Counter*, end_count> ended;

  /// The clients of the stream of that public name, over all feeds.
  metrics::Gauge& clients(const std::string& stream);

  void count(event::GapReason reason) { gaps[static_cast<std::size_t>(reason)]->add(); }
  void count(End end) { ended[static_cast<std::size_t>(end)]->add(); }
};

}  // namespace sluice::stream
