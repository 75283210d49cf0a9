#pragma once

#include <compare>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::event {

/// A place in the event log: dense from 1, never used again; 0 is before the first event.
using Sequence = std::uint64_t;

/// What stands in `id:`: the log's epoch and a place in it, written `<epoch>-<sequence>`.
struct EventId {
  std::string epoch;  // [a-z0-9]+
  Sequence sequence = 0;

  /// Error: for anything but `[a-z0-9]+-[0-9]+` of at most 64 bytes whose number fits.
  static Expected<EventId> parse(std::string_view text);
  std::string text() const;
  friend bool operator==(const EventId&, const EventId&) = default;
};

/// A new epoch: lower-case base 36 of the time and of random bits.
std::string new_epoch();

}  // namespace sluice::event
