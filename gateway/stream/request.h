#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/key_binding.h"
#include "base/value.h"
#include "event/stream_spec.h"

namespace sluice::stream {

/// What a connection's bytes are: the event stream itself, or that in another dress.
enum class FormKind : std::uint8_t {
  sse,        // text/event-stream
  websocket,  // finished, unmasked server frames (RFC 6455): one text frame an event, a ping for the comment heartbeat
  gzip,       // text/event-stream under `Content-Encoding: gzip`
  zstd,
};

/// What one client wishes of one stream, and what of it the one who wishes may see.
struct Wish {
  std::shared_ptr<const event::StreamSpec> stream;
  Value query{};                           // as the stream's QueryReader gave it; null without one
  std::vector<std::string> path_values{};  // of the route's placeholders, percent-decoded
  KeyBinding binding{};                    // only events whose key it allows are shown, live, in snapshots and in lists
};

/// As many streams as one connection carries at most.
inline constexpr std::size_t most_joined = 64;

/// One client's wish: a stream, its parameters, where to go on; and what the one who wishes may see, and how long.
struct Request {
  std::shared_ptr<const event::StreamSpec> stream;
  Value query{};                           // as in Wish
  std::vector<std::string> path_values{};  // as in Wish
  std::optional<std::string> last_event_id{};
  KeyBinding binding{};              // as in Wish
  std::optional<Timestamp> until{};  // when the right to it ends: the client is told `expired`, and ended
  bool by_right = false;             // credentials were asked for: recheck() ends it, so that they are asked for anew
  std::string principal{};           // whose credentials; for limits
  FormKind form = FormKind::sse;
  /// Several streams on one connection, in the order asked for, each once, at most most_joined: then the four members
  /// that Wish has too do not count. Not over a WebSocket.
  std::vector<Wish> joined{};
};

}  // namespace sluice::stream
