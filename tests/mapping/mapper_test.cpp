#include "mapping/mapper.h"

#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::StartsWith;

TEST(Mapper, AddsPlaceholdersOverThePayloadsFields) {
  const auto* yaml = "rules: [{topic: 'desk/{desk}/height', emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "desk/a/height", R"({"desk":"forged","cm":95})"}}),
              ElementsAre(R"(0ms x {"desk":"a","cm":95})"));
}

TEST(Mapper, AnIntPlaceholderIsAnIntAndMatchesNothingElse) {
  const auto* yaml = "rules: [{topic: 't/{slot:int}', emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/2", "1"}, {1, "t/two", "1"}}), ElementsAre(R"(0ms x {"value":1,"slot":2})"));
}

TEST(Mapper, ManyLevelsAreOnePlaceholder) {
  const auto* yaml = "rules: [{topic: 'z/{device#}/set', emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "z/living/trv/set", "1"}}),
              ElementsAre(R"(0ms x {"value":1,"device":"living/trv"})"));
}

TEST(Mapper, RunsEveryMatchingRuleInFileOrder) {
  const auto* yaml = "rules: [{topic: t/#, emit: x}, {topic: t/a, emit: y}, {topic: +/a, emit: z}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/a", "1"}}),
              ElementsAre(StartsWith("0ms x"), StartsWith("0ms y"), StartsWith("0ms z")));
}

TEST(Mapper, ARuleOfWhichTwoTopicsMatchRunsOnce) {
  const auto* yaml = "rules: [{topic: [t/+, t/a], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/a", "1"}}), ElementsAre(StartsWith("0ms x")));
}

TEST(Mapper, RulesFromAnEventRunAtOnceAndDepthFirst) {
  const auto* yaml = R"(
events: {a: any, b: any, c: any, d: any}
rules:
  - {topic: t, emit: a}
  - {from: a, emit: b}
  - {from: b, emit: c}
  - {from: a, emit: d}
)";
  EXPECT_THAT(events_of(yaml, {{0, "t", "1"}}),
              ElementsAre(StartsWith("0ms a"), StartsWith("0ms b"), StartsWith("0ms c"), StartsWith("0ms d")));
}

TEST(Mapper, ARecordFromAnEventHoldsItsDataAndKey) {
  const auto* yaml = "events: {a: {n: int}, b: any}\nrules: [{topic: 't/{d}', emit: a}, {from: a, emit: b}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"n":5,"other":6})"}}),
              ElementsAre(R"(0ms a {"n":5})", R"(0ms b {"n":5,"d":"1"})"));
}

TEST(Mapper, TimersDueBeforeAMessageFireFirst) {
  const auto* yaml = "rules: [{topic: a, steps: [{silence: 5ms}], emit: x}, {topic: b, emit: y}]";
  EXPECT_THAT(events_of(yaml, {{0, "a", "1"}, {5, "b", "2"}}), ElementsAre(StartsWith("5ms x"), StartsWith("5ms y")));
}

TEST(Mapper, TellsWhenItsNextTimerIsDue) {
  Mapped mapped("rules: [{topic: t, steps: [{silence: 5ms}], emit: x}]");
  EXPECT_EQ(mapped.mapper().next_timer(), std::nullopt);
  mapped.at(milliseconds(2), "t", "1");
  EXPECT_EQ(mapped.mapper().next_timer(), at_ms(7));
  mapped.at(milliseconds(7));
  EXPECT_EQ(mapped.mapper().next_timer(), std::nullopt);
}

TEST(Mapper, TheClockNeverGoesBack) {
  Mapped mapped("rules: [{topic: t, emit: x}]");
  mapped.at(milliseconds(9), "t", "1").at(milliseconds(3), "t", "2");
  EXPECT_THAT(mapped.lines(), ElementsAre(StartsWith("9ms"), StartsWith("9ms")));
}

TEST(Mapper, MsgTellsOfTheMessage) {
  Mapped mapped(
      "rules: [{topic: 't/#', steps: [{set: {r: =msg.retain, t: =msg.topic, p: =msg.payload, m: =msg.time}}], emit: "
      "x}]");
  mapped.at(milliseconds(3), "t/a", R"({"a":1})", true);
  EXPECT_THAT(mapped.lines(), ElementsAre(R"(3ms x {"a":1,"r":true,"t":"t/a","p":{"a":1},"m":3})"));
}

TEST(Mapper, AHeldRecordKeepsTheMessageThatItCameFrom) {
  const auto* yaml =
      "rules: [{topic: 't/#', steps: [{silence: 5ms}, {set: {m: =msg.time, p: =msg.payload}}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{2, "t/a", "1"}, {50, "t/b", "2"}}), ElementsAre(R"(7ms x {"value":1,"m":2,"p":1})"));
}

TEST(Mapper, LatestIsTheNewestValueOfTheSameKey) {
  const auto* yaml = R"(
events: {h: {cm: int}, x: {cm: int | null}}
rules:
  - {topic: "h/{d}", emit: h}
  - {topic: "t/{d}", emit: {event: x, data: {cm: =latest.h.cm}}}
)";
  EXPECT_THAT(events_of(yaml, {{0, "h/1", R"({"cm":5})"}, {1, "t/1", "0"}, {2, "t/2", "0"}}),
              ElementsAre(R"(0ms h {"cm":5})", R"(1ms x {"cm":5})", R"(2ms x {"cm":null})"));
}

TEST(Mapper, InARuleThatEmitsItLatestIsTheValueBefore) {
  const auto* yaml =
      "events: {n: {n: int}}\nrules: [{topic: 't/{d}', emit: {event: n, data: {n: =(latest.n.n else 0) + 1}}}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "0"}, {1, "t/1", "0"}, {2, "t/2", "0"}}),
              ElementsAre(R"(0ms n {"n":1})", R"(1ms n {"n":2})", R"(2ms n {"n":1})"));
}

TEST(Mapper, ARemovedEventIsLatestNoMore) {
  const auto* yaml = R"(
events: {h: {cm: int}, x: {cm: int | null}}
rules:
  - {topic: "h/{d}", emit: {event: h, remove: msg.payload == null}}
  - {topic: "t/{d}", emit: {event: x, data: {cm: =latest.h.cm}}}
)";
  EXPECT_THAT(events_of(yaml, {{0, "h/1", R"({"cm":5})"}, {1, "h/1", ""}, {2, "t/1", "0"}}),
              ElementsAre(R"(0ms h {"cm":5})", R"(- h {"d":"1"})", R"(2ms x {"cm":null})"));
}

TEST(Mapper, AFailureNamesItsPlaceTopicAndPayload) {
  Mapped mapped("events: {x: {n: int 0..5}}\nrules:\n  - topic: t\n    name: mine\n    emit: x\n");
  mapping::Output output;
  mapped.mapper().map({"t", "{\"n\":9}\x01", at_ms(4)}, output);
  mapped.mapper().map({"t", "{\"n\":9}", at_ms(4)}, output);
  ASSERT_EQ(output.failures.size(), 2u);
  EXPECT_EQ(output.failures[0].payload, "{\"n\":9}\\x01");
  EXPECT_EQ(output.failures[1].where, "t.yaml:5:11");
  EXPECT_EQ(output.failures[1].rule, "mine");
  EXPECT_EQ(output.failures[1].topic, "t");
  EXPECT_EQ(output.failures[1].message, "event 'x': n: 9 is above 5");
  EXPECT_EQ(output.failures[1].time, at_ms(4));
}

TEST(Mapper, CountsMessagesEventsAndFailures) {
  Mapped mapped("rules: [{topic: t, emit: x}]");
  mapped.at(milliseconds(0), "t", "1").at(milliseconds(0), "t", "{").at(milliseconds(0), "other", "1");
  const auto& counts = mapped.mapper().counts();
  EXPECT_EQ(counts.messages, 3u);
  EXPECT_EQ(counts.unmatched, 1u);
  EXPECT_EQ(counts.events, 1u);
  EXPECT_EQ(counts.failures, 1u);
}

TEST(Mapper, APayloadTypeChecksAndKeepsOnlyItsFields) {
  const auto* yaml = "rules: [{topic: t, payload: {n: int 0..5}, emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"n":1,"m":2})"}, {1, "t", R"({"n":9})"}}),
              ElementsAre(R"(0ms x {"n":1})", "! payload: n: 9 is above 5"));
}

TEST(Bounds, ANewKeyBeyondThemIsAnErrorAndOldOnesStay) {
  mapping::Bounds bounds;
  bounds.keys_per_step = 2;
  Mapped mapped("rules: [{topic: 't/{d}', steps: [{changed: value}], emit: {event: x, data: {previous: null}}}]",
                bounds);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(0), "t/2", "1").at(milliseconds(0), "t/3", "1");
  mapped.at(milliseconds(1), "t/1", "2");
  EXPECT_THAT(mapped.lines(),
              ElementsAre(StartsWith("0ms"), StartsWith("0ms"), "! more than 2 keys", StartsWith("1ms")));
}

TEST(Bounds, StateInAllHasABound) {
  mapping::Bounds bounds;
  bounds.state_bytes = 1000;
  Mapped mapped("rules: [{topic: 't/{d}', steps: [{collect: {into: c, of: value, last: 1000}}], emit: x}]", bounds);
  for (int i = 0; i < 100; ++i) mapped.at(milliseconds(i), "t/1", "\"a text that is longer than a value holds\"");
  EXPECT_THAT(mapped.lines(), testing::Contains("! the state of all steps fills its 1000 bytes"));
}

TEST(Bounds, LatestValuesHaveABoundAnEvent) {
  mapping::Bounds bounds;
  bounds.latest_per_event = 1;
  Mapped mapped("rules: [{topic: 't/{d}', emit: {event: x, data: {n: =latest.x.n}}}]", bounds);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(1), "t/2", "1").at(milliseconds(2), "t/1", "1");
  EXPECT_THAT(mapped.lines(),
              ElementsAre(StartsWith("0ms"), "! more than 1 latest values of one event", StartsWith("2ms")));
}

TEST(Bounds, WithinKeepsTheNewest) {
  mapping::Bounds bounds;
  bounds.list_slots = 2;
  Mapped mapped(
      "events: {x: {c: any}}\nrules: [{topic: t, steps: [{collect: {into: c, of: value, within: 1h}}], emit: x}]",
      bounds);
  for (int i = 1; i <= 3; ++i) mapped.at(milliseconds(i), "t", std::to_string(i));
  EXPECT_EQ(mapped.lines().back(), R"(3ms x {"c":[2,3]})");
}

}  // namespace
}  // namespace sluice::test
