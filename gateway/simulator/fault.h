#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace sluice::simulator {

/// Something that breaks on request: `sensor_failure@30s`, or `sensor_failure@30s+10s` to say how long.
struct Fault {
  std::string name;
  milliseconds at{};  // device time since the start
  std::optional<milliseconds> lasting;

  /// Error: "fault 'stall' needs a time: stall@30s, or stall@30s+10s for how long", and the like.
  static Expected<Fault> parse(std::string_view text);
};

}  // namespace sluice::simulator
