#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

std::string rule(const std::string& window) {
  return "events: {x: {v: any, interval: text, window_start: int}}\n"
         "rules: [{topic: t, steps: [{window: {into: v, of: value, " +
         window + "}}], emit: x}]";
}

constexpr int minute = 60'000;
constexpr int hour = 60 * minute;

TEST(Window, PassesItsSamplesAtItsEnd) {
  EXPECT_THAT(
      events_of(rule("every: 1m"), {{1000, "t", "1"}, {59'999, "t", "2"}, {minute, "t", "3"}, {10 * minute, "", ""}}),
      ElementsAre(R"(1m x {"v":[1,2],"interval":"1m","window_start":0})",
                  R"(2m x {"v":[3],"interval":"1m","window_start":60000})"));
}

TEST(Window, HasOneForEachInterval) {
  EXPECT_THAT(events_of(rule("every: {minute: 1m, hour: 1h}"), {{0, "t", "1"}, {hour, "", ""}}),
              ElementsAre(R"(1m x {"v":[1],"interval":"minute","window_start":0})",
                          R"(1h x {"v":[1],"interval":"hour","window_start":0})"));
}

TEST(Window, ShiftsStartAtTheirHourOfTheDay) {
  EXPECT_THAT(events_of(rule("every: 8h, from: '06:00'"), {{7 * hour, "t", "1"}, {48 * hour, "", ""}}),
              ElementsAre(R"(14h x {"v":[1],"interval":"8h","window_start":21600000})"));
}

// 2026-03-29 in Berlin has 23 hours: 1774738800000 is its midnight, 1774821600000 the next.
TEST(Window, ADayOf23HoursIsOneWindow) {
  Mapped mapped(rule("every: 1d, zone: Europe/Berlin"));
  mapped.at(milliseconds(1774738800000), "t", "1")
      .at(milliseconds(1774821599999), "t", "2")
      .at(milliseconds(1774900000000));
  EXPECT_THAT(mapped.lines(),
              ElementsAre(testing::HasSubstr(R"({"v":[1,2],"interval":"1d","window_start":1774738800000})")));
}

// 2026-10-25 in Berlin: 02:00 comes at 1792886400000 and again an hour later.
TEST(Window, AnHourThatComesTwiceIsOneWindow) {
  Mapped mapped(rule("every: 1h, zone: Europe/Berlin"));
  mapped.at(milliseconds(1792886400000), "t", "1")
      .at(milliseconds(1792886400000 + hour), "t", "2")
      .at(milliseconds(1792886400000 + 4 * hour));
  EXPECT_THAT(mapped.lines(),
              ElementsAre(testing::HasSubstr(R"({"v":[1,2],"interval":"1h","window_start":1792886400000})")));
}

TEST(Window, WithoutSamplesSaysNothing) {
  EXPECT_THAT(events_of(rule("every: 1m"), {{0, "t", "1"}, {10 * minute, "", ""}}), testing::SizeIs(1));
}

TEST(Window, BeyondItsBoundIsOneErrorAWindow) {
  mapping::Bounds bounds;
  bounds.window_samples = 2;
  Mapped mapped(rule("every: 1m"), bounds);
  for (int i = 0; i < 4; ++i) mapped.at(milliseconds(i), "t", std::to_string(i));
  mapped.at(milliseconds(minute));
  EXPECT_THAT(mapped.lines(), ElementsAre("! more than 2 samples in a window of 1m",
                                          R"(1m x {"v":[0,1],"interval":"1m","window_start":0})"));
}

}  // namespace
}  // namespace sluice::test
