#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace sluice {

/// `200ms`, `15s`, `1m`, `1h`, `1d`, `1.5s`.
///
/// Error: "duration '200' needs a unit: ms, s, m, h or d".
Expected<milliseconds> parse_duration(std::string_view text);
/// The shortest form: `1500ms`, `15s`, `1m`.
std::string format_duration(milliseconds duration);

/// `65536`, `64KiB`, `4MiB`, `1GiB`, `1800B`.
Expected<std::uint64_t> parse_bytes(std::string_view text);

}  // namespace sluice
