#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

TEST(Forget, AnIdleKeyLosesItsStepStateAndItsLatestValue) {
  const auto* yaml = "rules: [{topic: 't/{d}', forget: 10s, steps: [{changed: a}], emit: {event: x, data: {d: null}}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"a":1})"}, {10'000, "", ""}, {11'000, "t/1", R"({"a":1})"}}),
              ElementsAre(R"(0ms x {"a":1,"d":null,"previous":null})", R"(- x {"d":"1"})",
                          R"(11s x {"a":1,"d":null,"previous":null})"));
}

TEST(Forget, ARecordThatAStepStopsKeepsItsKeyAlive) {
  const auto* yaml = "rules: [{topic: 't/{d}', forget: 10s, steps: [{changed: a}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"a":1})"}, {9000, "t/1", R"({"a":1})"}, {18'000, "", ""}}),
              ElementsAre(StartsWith("0ms x")));
}

TEST(Forget, OtherKeysStay) {
  const auto* yaml = "rules: [{topic: 't/{d}', forget: 10s, emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {5000, "t/2", "2"}, {12'000, "", ""}}),
              ElementsAre(StartsWith("0ms"), StartsWith("5s"), R"(- x {"d":"1"})"));
}

TEST(Forget, ALatestValueThatAnotherRuleMadeAnewStays) {
  const auto* yaml =
      "rules: [{topic: 'a/{d}', forget: 10s, emit: x}, {topic: 'b/{d}', emit: x}, {topic: 'c/{d}', emit: y}]";
  EXPECT_THAT(events_of(yaml, {{0, "a/1", "1"}, {5000, "b/1", "2"}, {60'000, "", ""}}),
              ElementsAre(StartsWith("0ms"), StartsWith("5s")));
}

TEST(Forget, AKeyThatAStepSetsIsWatchedFromThereOn) {
  const auto* yaml =
      "rules: [{topic: t, key: k, forget: 10s, steps: [{each: list}, {set: {k: =value, list: null}}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"list":["a","b"]})"}, {9000, "t", R"({"list":["a"]})"}, {12'000, "", ""}}),
              ElementsAre(StartsWith("0ms"), StartsWith("0ms"), StartsWith("9s"), R"(- x {"k":"b"})"));
}

TEST(Forget, FreesTheRoomOfItsKey) {
  mapping::Bounds bounds;
  bounds.keys_per_step = 1;
  Mapped mapped("rules: [{topic: 't/{d}', forget: 10s, steps: [{throttle: 1s}], emit: x}]", bounds);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(1), "t/2", "2").at(milliseconds(20'000), "t/2", "3");
  EXPECT_THAT(mapped.lines(),
              ElementsAre(StartsWith("0ms x"), "! more than 1 keys", "- x {\"d\":\"1\"}", StartsWith("20s x")));
}

}  // namespace
}  // namespace sluice::test
