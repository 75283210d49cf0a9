#include "base/date_time.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

std::optional<std::int64_t> ms(std::string_view text, std::string_view zone = "UTC") {
  const auto time = parse_date_time(text, Zone::find(zone).value());
  return time ? std::optional(to_ms(*time)) : std::nullopt;
}

TEST(DateTime, ReadsRfc3339) {
  EXPECT_EQ(ms("1970-01-01T00:00:01Z"), 1000);
  EXPECT_EQ(ms("1970-01-01 01:00:00.250+01:00"), 250);
  EXPECT_EQ(ms("1969-12-31t23:59:59.9999z"), -1);
  EXPECT_EQ(ms("1970-01-01T00:00:00-00:30"), 1'800'000);
  EXPECT_EQ(ms("2026-02-28T23:59:60Z"), ms("2026-03-01T00:00:00Z"));
}

TEST(DateTime, IsLocalWithoutAnOffset) {
  EXPECT_EQ(ms("1970-01-01T01:30:00", "Europe/Berlin"), 1'800'000);
  EXPECT_EQ(ms("2026-07-01T12:00:00", "Europe/Berlin"), ms("2026-07-01T10:00:00Z"));
}

TEST(DateTime, ASkippedHourEndsAndATwofoldOneIsTheFirst) {
  EXPECT_EQ(ms("2026-03-29T02:30:00", "Europe/Berlin"), ms("2026-03-29T01:00:00Z"));
  EXPECT_EQ(ms("2026-10-25T02:30:00", "Europe/Berlin"), ms("2026-10-25T00:30:00Z"));
}

TEST(DateTime, RefusesTheRest) {
  for (const auto* text : {"", "2026", "2026-02-30T00:00:00Z", "2026-01-01T24:00:00Z", "2026-01-01T00:00Z",
                           "2026-01-01T00:00:00.Z", "2026-01-01T00:00:00Zx", "2026-01-01T00:00:00+0100",
                           "26-01-01T00:00:00Z", "2026-13-01T00:00:00Z", "2026-01-01T00:00:00+"}) {
    EXPECT_EQ(ms(text), std::nullopt) << text;
  }
}

TEST(Zone, ShowsItsOwnClock) {
  const auto berlin = Zone::find("Europe/Berlin").value();
  EXPECT_EQ(berlin.local(at_ms(0)), milliseconds(3'600'000));
  EXPECT_EQ(berlin.utc(milliseconds(3'600'000)), at_ms(0));
}

TEST(Zone, IsNamedAsInTheDatabase) {
  EXPECT_EQ(Zone::find("Europe/Berln").error().message,
            "time zone 'Europe/Berln' is not known (write it like Europe/Berlin)");
}

}  // namespace
}  // namespace sluice
