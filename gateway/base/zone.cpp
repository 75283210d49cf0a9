#include "base/zone.h"

#include <date/tz.h>
#include <fmt/format.h>

#include <exception>

#include "base/text.h"

namespace sluice {

Expected<Zone> Zone::find(std::string_view name) {
  Zone zone;
  if (name == "UTC") return zone;
  try {
    zone.zone_ = date::locate_zone(std::string(name));
    return zone;
  } catch (const std::exception&) {
    return unexpected(fmt::format("time zone '{}' is not known (write it like Europe/Berlin)", excerpt(name, 60)));
  }
}

milliseconds Zone::local(Timestamp time) const {
  return zone_ ? zone_->to_local(time).time_since_epoch() : time.time_since_epoch();
}

Timestamp Zone::utc(milliseconds local) const {
  if (!zone_) return Timestamp(local);
  const date::local_time<milliseconds> wanted(local);
  const auto found = zone_->get_info(wanted);
  if (found.result == date::local_info::nonexistent) return Timestamp(found.second.begin);
  return Timestamp(local - found.first.offset);
}

}  // namespace sluice
