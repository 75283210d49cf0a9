#pragma once

#include <cstddef>
#include <vector>

#include "event/event.h"
#include "stream/form.h"

namespace sluice::stream {

using PartsOf = Parts(const event::Event&);

/// Leaves of the events of `types` only the newest per type and key; the others, and the order, stay. Null: of all
/// types. Returns how many it left out. A `gap` is never left out. With several streams on one connection, of which
/// `parts_of` tells those that carry an event, each of them keeps its newest.
std::size_t leave_newest(std::vector<event::EventPtr>& events, const std::vector<event::TypeNumber>* types,
                         event::TypeNumber gap_type, PartsOf* parts_of = nullptr);

}  // namespace sluice::stream
