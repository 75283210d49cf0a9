#include "mapping/running_values.h"

#include <gmock/gmock.h>

#include "base/json.h"
#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

std::string running(std::initializer_list<Value> values) {
  mapping::RunningValues running;
  for (const auto& value : values) EXPECT_TRUE(running.add(value));
  return to_json(running.value());
}

TEST(RunningValues, SayWhatTheFunctionsSayOfTheList) {
  EXPECT_EQ(running({2, 5, 3}), R"({"min":2,"max":5,"sum":10,"mean":3.3333333333333335,"count":3,"first":2,"last":3})");
}

TEST(RunningValues, SkipNullsButForFirstAndLast) {
  EXPECT_EQ(running({nullptr, 4, nullptr}), R"({"min":4,"max":4,"sum":4,"mean":4,"count":1,"first":null,"last":null})");
}

TEST(RunningValues, OfNothingAreNullAndZero) {
  EXPECT_EQ(running({}), R"({"min":null,"max":null,"sum":0,"mean":null,"count":0,"first":null,"last":null})");
}

std::string window(const std::string& set) {
  return "events: {x: {a: any}}\nrules: [{topic: t, steps: [{window: {every: 1m, into: v, of: value}}, {set: {a: " +
         set + "}}], emit: x}]";
}

/// The window's event when it holds more samples than may be kept.
std::vector<std::string> beyond_the_bound(const std::string& set) {
  mapping::Bounds bounds;
  bounds.window_samples = 2;
  Mapped mapped(window(set), bounds);
  for (int i = 1; i <= 4; ++i) mapped.at(milliseconds(i), "t", std::to_string(i));
  mapped.at(milliseconds(60'000));
  return mapped.lines();
}

TEST(RunningWindow, ReductionsMeetNoBound) {
  EXPECT_THAT(beyond_the_bound("=max(v) - min(v) + mean(v) * count(v)"), ElementsAre(R"(1m x {"a":13})"));
}

TEST(RunningWindow, AListReadOtherwiseIsKept) {
  EXPECT_THAT(beyond_the_bound("=median(v) + sum(v)"),
              ElementsAre("! more than 2 samples in a window of 1m", R"(1m x {"a":4.5})"));
  EXPECT_THAT(beyond_the_bound("=this.v"), ElementsAre(testing::StartsWith("!"), R"(1m x {"a":[1,2]})"));
}

TEST(RunningWindow, TextsAreCounted) {
  EXPECT_THAT(events_of(window("=count(v)"), {{0, "t", R"("on")"}, {1, "t", R"("off")"}, {60'000, "", ""}}),
              ElementsAre(R"(1m x {"a":2})"));
}

TEST(RunningWindow, ATextAmongNumbersIsAnError) {
  EXPECT_THAT(events_of(window("=sum(v)"), {{0, "t", R"("on")"}, {1, "t", "2"}, {60'000, "", ""}}),
              ElementsAre("! text 'on' in a window of numbers", R"(1m x {"a":2})"));
}

}  // namespace
}  // namespace sluice::test
