#pragma once

#include <string_view>

#include "event/event_catalog.h"

namespace sluice::event {

/// Makes the finished event of an emission at its place in the log: the blocks of all frames that the type is sent in.
///
/// Threads: any. The type outlives the event.
EventPtr finish(Emission&& emission, const EventType& type, std::string_view epoch, Sequence sequence);

/// The event that tells every stream that messages may be missing since the one before it: a `gap` in all frames.
EventPtr finish_source_gap(const EventType& type, std::string_view epoch, Sequence sequence, Timestamp time);

}  // namespace sluice::event
