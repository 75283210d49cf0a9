#pragma once

#include <cstddef>
#include <vector>

#include "event/event.h"

namespace sluice::stream {

/// Leaves of the events of `types` only the newest per type and key; the others, and the order, stay. Null: of all
/// types. Returns how many it left out. A `gap` is never left out.
std::size_t leave_newest(std::vector<event::EventPtr>& events, const std::vector<event::TypeNumber>* types,
                         event::TypeNumber gap_type);

}  // namespace sluice::stream
