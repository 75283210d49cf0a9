#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace sluice::event {

/// One event as a browser would dispatch it.
struct WireEvent {
  std::string type;  // "message" when no `event:` named it
  std::string data;
  std::string last_event_id;
  friend bool operator==(const WireEvent&, const WireEvent&) = default;
};

/// An incremental reader of event streams (WHATWG HTML 9.2.6): any split of the bytes gives the same events.
///
/// Bytes that are no UTF-8 pass through as they are. An event that the stream's end cuts off is never given (9.2.6).
/// Threads: one.
class WireParser {
 public:
  /// `max_event_bytes` bounds a line and an event's data.
  explicit WireParser(std::size_t max_event_bytes = std::size_t{16} << 20) : max_event_bytes_(max_event_bytes) {}

  /// Reads on; the events that became complete are appended to `events`.
  /// Error: a line or an event above the bound; nothing can be read after it.
  Expected<void> feed(std::string_view bytes, std::vector<WireEvent>& events);

  /// What a reconnect would send as Last-Event-ID.
  const std::string& last_event_id() const { return last_event_id_; }
  /// The newest reconnection time told, in ms.
  std::optional<std::uint64_t> reconnection_ms() const { return reconnection_ms_; }
  /// How many comment lines came: they are how a quiet server shows that it lives.
  std::size_t comments() const { return comments_; }

 private:
  void end_line(std::vector<WireEvent>& events);
  void take_field(std::string_view name, std::string_view value);
  void dispatch(std::vector<WireEvent>& events);

  std::size_t max_event_bytes_;
  std::string line_;
  std::string type_;
  std::string data_;
  std::string id_;  // of the block being read; becomes the last event ID at its end
  std::string last_event_id_;
  std::optional<std::uint64_t> reconnection_ms_;
  std::size_t comments_ = 0;
  bool after_cr_ = false;  // an LF now belongs to the CR before it
  bool at_start_ = true;   // a byte order mark may stand here
  bool too_large_ = false;
};

}  // namespace sluice::event
