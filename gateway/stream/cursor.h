#pragma once

#include <cstdint>
#include <string_view>

#include "event/event_id.h"

namespace sluice::stream {

/// Why a cursor is over: its client is ended cleanly once `due()` is empty, and comes back by itself.
enum class End : std::uint8_t {
  none,
  slow,     // overflow: disconnect
  max_age,  // the stream's max_age
  stream_removed,
  stream_changed,  // it is declared anew in a way that a connection cannot follow: coming back is
  drain,           // the gateway stops
  expired,         // the right to it ended; the client is told so
  recheck,         // rights may have changed
};
inline constexpr std::size_t end_count = 8;

constexpr std::string_view word(End end) {
  constexpr std::string_view words[end_count] = {"none",           "slow",  "max_age", "stream_removed",
                                                 "stream_changed", "drain", "expired", "recheck"};
  return words[static_cast<std::size_t>(end)];
}

/// One client's place in its stream: which bytes come next. It holds no bytes of events, only a position (and, until
/// they are sent, the few bytes of its own beginning).
///
/// Threads: the thread of its Feed.
/// Order: bytes are due in the order of gateway.md, "Order on a connection": retry, `: ok`, hello, gap, snapshot,
/// checkpoint, then events without a hole; an event is never split by anything else. At the end of a compressed stream
/// its trailer is due, after everything and once end() says why.
class Cursor {
 public:
  virtual ~Cursor() = default;

  /// The next bytes to send, contiguous, at most about 256 KiB; empty when the client has all. Valid until the next
  /// call on this cursor's Feed or on any of its cursors.
  virtual std::string_view due() = 0;
  /// `count` bytes of the last due() were taken by the socket at `now_ms` (monotonic). No other cursor's due() stands
  /// between the two.
  virtual void sent(std::size_t count, std::int64_t now_ms) = 0;
  virtual End end() const = 0;
  /// True when what was sent so far ends where an event (over a WebSocket: a frame) does: the caller may put something
  /// of its own there. May be false at such a place, but not once due() is empty.
  virtual bool at_border() const = 0;
  /// The position that the client's Last-Event-ID named, once accepted; 0 when it named none or was refused.
  virtual event::Sequence accepted() const = 0;
  /// Bytes of its own stream between it and the head; 0 while it catches up and has not been at the head yet.
  virtual std::uint64_t lag() const = 0;

  /// The client that this cursor belongs to; http's.
  void* client = nullptr;
};

}  // namespace sluice::stream
