#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/key_binding.h"
#include "base/value.h"
#include "event/stream_spec.h"

namespace sluice::stream {

/// One client's wish: a stream, its parameters, where to go on; and what the one who wishes may see, and how long.
struct Request {
  std::shared_ptr<const event::StreamSpec> stream;
  Value query{};                           // as the stream's QueryReader gave it; null without one
  std::vector<std::string> path_values{};  // of the route's placeholders, percent-decoded
  std::optional<std::string> last_event_id{};
  KeyBinding binding{};              // only events whose key it allows are shown, live, in snapshots and in lists
  std::optional<Timestamp> until{};  // when the right to it ends: the client is told `expired`, and ended
  bool by_right = false;             // credentials were asked for: recheck() ends it, so that they are asked for anew
};

}  // namespace sluice::stream
