#pragma once

#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/expected.h"

namespace date {
class time_zone;
}

namespace sluice {

/// A time zone of the system's database: what its clocks show when.
///
/// Local times are milliseconds since 1970-01-01T00:00 on the zone's own clock.
/// Threads: any.
class Zone {
 public:
  /// UTC.
  Zone() = default;
  /// Error: "time zone 'Europe/Berln' is not known (write it like Europe/Berlin)".
  static Expected<Zone> find(std::string_view name);

  milliseconds local(Timestamp time) const;
  /// A local time that comes twice is the first one; one that is skipped is the end of the gap.
  Timestamp utc(milliseconds local) const;

 private:
  const date::time_zone* zone_ = nullptr;  // the database's; null: UTC
};

}  // namespace sluice
