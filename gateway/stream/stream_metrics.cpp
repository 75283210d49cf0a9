#include "stream/stream_metrics.h"

namespace sluice::stream {

StreamMetrics::StreamMetrics(metrics::Registry* registry)
    : own_(registry == nullptr ? std::make_unique<metrics::Registry>() : nullptr),
      registry_(registry == nullptr ? *own_ : *registry),
      events(registry_.counter("sluice_events_total", "Events that took a place in the log.")),
      event_bytes(registry_.counter("sluice_event_bytes_total", "Bytes of finished blocks put into the log.")),
      latest_refused(
          registry_.counter("sluice_latest_refused_total", "Latest values not kept: too many keys or bytes.")),
      conflated(registry_.counter("sluice_events_conflated_total", "Superseded events left out for one client.")),
      heartbeats(registry_.counter("sluice_heartbeats_total", "Heartbeats due to clients.")),
      selections(registry_.gauge("sluice_selections", "Distinct streams, filters and parameters with a client.")),
      cursors(registry_.gauge("sluice_cursors", "Clients that have a place in a stream.")) {
  for (std::size_t i = 0; i < gaps.size(); ++i) {
    const auto reason = event::word(static_cast<event::GapReason>(i));
    gaps[i] = &registry_.counter("sluice_gaps_total", "Gaps told to clients.", {{"reason", std::string(reason)}});
  }
  for (std::size_t i = 0; i < ended.size(); ++i) {
    const auto why = word(static_cast<End>(i));
    ended[i] = &registry_.counter("sluice_cursor_ends_total", "Clients that the gateway ended.",
                                  {{"reason", std::string(why)}});
  }
}

metrics::Gauge& StreamMetrics::clients(const std::string& stream) {
  return registry_.gauge("sluice_stream_clients", "Clients of each stream.", {{"stream", stream}});
}

}  // namespace sluice::stream
