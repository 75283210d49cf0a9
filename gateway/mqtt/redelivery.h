#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <string_view>

namespace sluice::mqtt {

/// Knows messages that the broker sends a second time because their acknowledgement did not reach it (MQTT 5, 4.4).
///
/// libmosquitto does not tell the DUP flag, so the last messages are remembered by packet identifier, topic and
/// payload. After a reconnect the broker repeats the unacknowledged ones first and in their order (4.6); the first
/// other message ends the comparison, so that an equal message later on is never taken for a repetition.
class Redelivery {
 public:
  /// `capacity`: messages at most that can be unacknowledged at once.
  explicit Redelivery(std::size_t capacity) : capacity_(capacity) {}

  /// A connection is up; `session_present`: the broker knows what it had sent before.
  void connected(bool session_present);
  /// Judges a QoS 1 message at its arrival and remembers it. True: it was here before.
  bool repeated(int packet_identifier, std::string_view topic, std::string_view payload);

 private:
  struct Seen {
    int packet_identifier;
    std::uint64_t hash;
    friend bool operator==(const Seen&, const Seen&) = default;
  };
  std::size_t capacity_;
  std::deque<Seen> recent_;    // of this connection
  std::deque<Seen> expected_;  // of earlier ones: these may come again
};

}  // namespace sluice::mqtt
