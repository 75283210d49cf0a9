#pragma once

#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/zone.h"

namespace sluice {

/// The time that a text says in the form of RFC 3339 (`2026-03-29T02:30:00.250+02:00`, `...Z`, a space for the `T`);
/// without an offset it is local time of `zone`. Digits beyond milliseconds are cut off, a leap second is the second
/// after. Nullopt for anything else.
std::optional<Timestamp> parse_date_time(std::string_view text, const Zone& zone);

}  // namespace sluice
