#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace sluice::recording {

/// The wall times of a capture, told as times since its start.
///
/// The first one is the start, in whole milliseconds. No time is before the one told last: a clock that stepped back is
/// held until it is there again.
class CaptureClock {
 public:
  /// `wall`: since 1970-01-01T00:00Z.
  std::chrono::microseconds since_start(std::chrono::microseconds wall);
  /// Nullopt before the first.
  std::optional<Timestamp> started() const { return started_; }
  /// Adds the note about held times, if there were any.
  void add_notes(std::vector<std::string>& notes) const;

 private:
  std::optional<Timestamp> started_;
  std::chrono::microseconds latest_{};
  std::chrono::microseconds furthest_back_{};
  std::uint64_t held_ = 0;
};

/// Seconds since 1970 with or without a fraction (`1795180302`, `1795180302.765613315`); nullopt for anything else, and
/// for years beyond 9999.
std::optional<std::chrono::microseconds> parse_epoch(std::string_view text);

/// A date and time in the forms that capturing tools write: `2026-11-20T13:11:42.768298+0000`, the same with a `Z`
/// before the offset (which counts), with `Z` alone or with nothing (UTC), a space for the `T`, a `:` before the
/// fraction, an offset with or without its colon.
std::optional<std::chrono::microseconds> parse_wall_time(std::string_view text);

}  // namespace sluice::recording
