#pragma once

#include <atomic>
#include <cstdint>
#include <string>

#include "base/clock.h"

namespace sluice::mqtt {

/// Counts what went over the connection to the broker, since the start.
///
/// Threads: written by the pipeline thread, read by any.
struct MqttStats {
  using Count = std::atomic<std::uint64_t>;
  Count messages{0};           // handed out
  Count payload_bytes{0};      // of these
  Count copies{0};             // left out: the same message by another, overlapping filter
  Count redelivered{0};        // left out: sent again after a reconnect, though handed out before
  Count oversize{0};           // left out: payload above the limit
  Count malformed{0};          // left out: no valid topic name
  Count published{0};          // acknowledged by the broker (QoS 0: written)
  Count publish_errors{0};     // refused, timed out, or the broker was away
  Count connections{0};        // established
  Count connection_errors{0};  // refused, not reachable, or ended by an error
  Count sessions_lost{0};      // the broker had forgotten the session that was expected
  Count filters_refused{0};    // subscriptions that the broker did not grant
};

/// The connection's state in words, for people.
struct MqttStatus {
  bool connected = false;
  Timestamp since{};
  std::string address;  // "mqtt://127.0.0.1:1883"
  std::string error;    // the last one: "mqtt://127.0.0.1:1883: connection refused"; "" when there was none yet
};

}  // namespace sluice::mqtt
