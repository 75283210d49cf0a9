#pragma once

#include <list>
#include <memory>
#include <vector>

#include "stream/hub.h"
#include "stream/interest.h"

namespace sluice::stream {

/// The latest values that a newcomer is sent first, as its form writes them.
///
/// Threads: any (immutable).
struct Snapshot {
  Written blocks;  // without ids
  Written ages;    // for streams with `ages`: `[["height_update",{"desk":"a"},1700000000000],...]`
};

/// The snapshot of `on_connect`, stream after stream: of each those that match, oldest first; of more than its limit
/// the newest.
Snapshot make_snapshot(const Hub::Latest& latest, const std::list<Interest>& interests, const Form& form);

/// Those of `latest` that match, oldest first; of more than `limit` the newest.
std::vector<event::EventPtr> newest_matching(const Hub::Latest& latest, const Matcher& matcher, std::size_t limit);

}  // namespace sluice::stream
