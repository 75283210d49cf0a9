#include "mapping/emit.h"

#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::StartsWith;

TEST(Emit, AnEventHoldsItsDeclaredFieldsInDeclaredOrder) {
  const auto* yaml = "events: {x: {b: int, a: int}}\nrules: [{topic: 't/{d}', emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"a":1,"c":3,"b":2})"}}), ElementsAre(R"(0ms x {"b":2,"a":1})"));
}

TEST(Emit, NestedObjectsAreClosedToo) {
  const auto* yaml = "events:\n  x:\n    o: {b: int}\n    l: [{a: int}]\nrules: [{topic: t, emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"o":{"z":1,"b":2},"l":[{"z":1,"a":3}]})"}}),
              ElementsAre(R"(0ms x {"o":{"b":2},"l":[{"a":3}]})"));
}

TEST(Emit, DataStatesWhatDiffers) {
  const auto* yaml = "events: {x: {a: int, b: int}}\nrules: [{topic: t, emit: {event: x, data: {b: =a + 1}}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"a":1,"b":9})"}}), ElementsAre(R"(0ms x {"a":1,"b":2})"));
}

TEST(Emit, AnExpressionIsTheWholeData) {
  const auto* yaml = "events: {x: [int]}\nrules: [{topic: t, emit: {event: x, data: =l}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"l":[1,2]})"}}), ElementsAre("0ms x [1,2]"));
}

TEST(Emit, OfAnObjectTypeTheWholeDataComeBeforeTheRecord) {
  const auto* yaml = "events: {x: {a: int, b: int}}\nrules: [{topic: t, emit: {event: x, data: =o}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"a":9,"b":2,"o":{"a":1}})"}}), ElementsAre(R"(0ms x {"a":1,"b":2})"));
}

TEST(Emit, AnOptionalNullIsLeftOutUnlessItMayBeNull) {
  const auto* yaml =
      "events: {x: {a: optional int, b: optional int | null, c: int | null}}\nrules: [{topic: t, emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"a":null,"b":null,"c":null})"}, {1, "t", "{}"}}),
              ElementsAre(R"(0ms x {"b":null,"c":null})", R"(1ms x {"c":null})"));
}

TEST(Emit, AMissingRequiredFieldIsAnErrorAndNotSent) {
  const auto* yaml = "events: {x: {a: int}}\nrules: [{topic: t, emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", "{}"}, {1, "t", R"({"a":"high"})"}}),
              ElementsAre("! event 'x': a: missing", StartsWith("! event 'x': a: ")));
}

TEST(Emit, AnErrorInOneEventLeavesTheOthers) {
  const auto* yaml = "rules: [{topic: t, emit: [{event: x, data: {a: =1 / 0}}, y]}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", "1"}}), ElementsAre(StartsWith("0ms y"), "! event 'x': a: division by zero"));
}

TEST(Emit, WhenDecidesEachEvent) {
  const auto* yaml = "rules: [{topic: t, emit: [{event: x, when: value > 5}, {event: y, when: value < 5}]}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", "1"}, {1, "t", "9"}}), ElementsAre(StartsWith("0ms y"), StartsWith("1ms x")));
}

TEST(Emit, TheKeyIsTheRulesOrItsOwn) {
  Mapped mapped("rules: [{topic: 't/{d}', emit: {event: x, key: [d, n]}}]");
  mapped.at(milliseconds(0), "t/1", R"({"n":5})");
  EXPECT_EQ(mapped.last_key(), R"({"d":"1","n":5})");
}

TEST(Emit, KeyFieldsAreTheUnionOverRulesAndNullWhereARuleLacksOne) {
  Mapped mapped("rules: [{topic: 't/{site}/{tag}', emit: x}, {topic: 's/{site}', emit: x}]");
  mapped.at(milliseconds(0), "s/1", R"({"tag":"data only"})");
  EXPECT_EQ(mapped.last_key(), R"({"site":"1","tag":null})");
  EXPECT_THAT(mapped.catalog()[*mapped.catalog().find("t.x")].key_fields, ElementsAre("site", "tag"));
}

}  // namespace
}  // namespace sluice::test
