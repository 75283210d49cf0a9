#pragma once

#include <string>

#include "event/stream_spec.h"
#include "stream/hub.h"
#include "stream/matcher.h"

namespace sluice::stream {

/// The latest values that a newcomer to a stream is sent first, as bytes.
///
/// Threads: any (immutable).
struct Snapshot {
  std::string blocks;  // without ids
  std::string ages;    // for streams with `ages`: `[["height_update",{"desk":"a"},1700000000000],...]`
};

/// The snapshot of the stream's `on_connect`: those that match, oldest first; of more than the stream's limit the
/// newest.
Snapshot make_snapshot(const Hub::Latest& latest, const event::StreamSpec& spec, const Matcher& matcher);

/// Those of `latest` that match, oldest first; of more than `limit` the newest.
std::vector<event::EventPtr> newest_matching(const Hub::Latest& latest, const Matcher& matcher, std::size_t limit);

}  // namespace sluice::stream
