#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;

std::string rule(const std::string& steps) {
  return "  - {topic: 't/{d}', steps: [" + steps + "], emit: {event: x, data: {d: null}}}\n";
}

std::string mapping(const std::string& rules) {
  return "rules:\n" + rules;
}

/// A window of which only `m` is sent.
std::string window_with(const std::string& step) {
  return std::string("events: {x: {m: number}}\n") +
         "rules: [{topic: 't/{d}', steps: [{window: {every: 1s, into: l, of: value}}, " + step + "], emit: x}]";
}

/// A set with the steps, and one that has another rule above the same steps.
struct Pair {
  explicit Pair(const std::string& steps)
      : before(mapping(rule(steps))), after(mapping("  - {topic: 'u/{d}', emit: y}\n" + rule(steps))) {}
  std::string before;
  std::string after;
};

TEST(CarryOver, ChangedKnowsTheLastValuesUnderARuleAddedAboveIt) {
  const Pair sets("{changed: a}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", R"({"a":1})").lines();
  EXPECT_EQ(mapped.change(sets.after).steps_kept, 1U);
  mapped.at(milliseconds(1), "t/1", R"({"a":1})").at(milliseconds(2), "t/1", R"({"a":2})");
  EXPECT_THAT(mapped.lines(), ElementsAre(R"(2ms x {"a":2,"d":null,"previous":{"a":1}})"));
}

TEST(CarryOver, CollectKeepsItsList) {
  const Pair sets("{collect: {into: l, of: value, last: 3}}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(1), "t/1", "2").lines();
  mapped.change(sets.after);
  EXPECT_THAT(mapped.at(milliseconds(2), "t/1", "3").lines(), ElementsAre(HasSubstr("[1,2,3]")));
}

TEST(CarryOver, ATimedCollectKeepsTheTimesOfItsValues) {
  const Pair sets("{collect: {into: l, of: value, within: 10ms}}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(5), "t/1", "2").lines();
  mapped.change(sets.after);
  EXPECT_THAT(mapped.at(milliseconds(12), "t/1", "3").lines(), ElementsAre(HasSubstr("[2,3]")));
}

TEST(CarryOver, AWindowEndsOverTheSamplesOfBothSets) {
  const Pair sets("{window: {every: {m: 1s, n: 2s}, into: l, of: value}}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "1").lines();
  mapped.change(sets.after);
  mapped.at(milliseconds(500), "t/1", "2").at(milliseconds(2000));
  EXPECT_THAT(mapped.lines(), ElementsAre(AllOf(StartsWith("1s"), HasSubstr(R"([1,2],"interval":"m")")),
                                          AllOf(StartsWith("2s"), HasSubstr(R"([1,2],"interval":"n")"))));
}

TEST(CarryOver, AWindowKeepsItsRunningValues) {
  const auto text = window_with("{set: {m: '=mean(l)'}}");
  Mapped mapped(text);
  mapped.at(milliseconds(0), "t/1", "1").lines();
  EXPECT_EQ(mapped.change(text).steps_kept, 1U);
  EXPECT_THAT(mapped.at(milliseconds(1), "t/1", "3").at(milliseconds(1000)).lines(), ElementsAre(R"(1s x {"m":2})"));
}

TEST(CarryOver, AWindowWhoseListIsNowReadAsAListStartsAnew) {
  Mapped mapped(window_with("{set: {m: '=mean(l)'}}"));
  mapped.at(milliseconds(0), "t/1", "1").lines();
  EXPECT_EQ(mapped.change(window_with("{set: {m: '=l[0]'}}")).steps_kept, 0U);
  EXPECT_THAT(mapped.at(milliseconds(1), "t/1", "3").at(milliseconds(1000)).lines(), ElementsAre(R"(1s x {"m":3})"));
}

TEST(CarryOver, ABatchGoesOnAndItsTimerToo) {
  const Pair sets("{batch: {into: l, of: value, max: 10, within: 10ms}}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "1").lines();
  mapped.change(sets.after);
  EXPECT_THAT(mapped.at(milliseconds(5), "t/2", "2").at(milliseconds(50)).lines(),
              ElementsAre(AllOf(StartsWith("10ms x"), HasSubstr("[1,2]"))));
}

TEST(CarryOver, AThrottlePassesTheRecordThatItHolds) {
  const Pair sets("{throttle: 10ms}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "1").at(milliseconds(1), "t/1", "2").lines();
  mapped.change(sets.after);
  mapped.at(milliseconds(10)).at(milliseconds(11), "t/1", "3").at(milliseconds(50));
  EXPECT_THAT(mapped.lines(), ElementsAre(StartsWith(R"(10ms x {"value":2)"), StartsWith(R"(20ms x {"value":3)")));
}

TEST(CarryOver, AHoldFiresWhenItWouldHave) {
  const Pair sets("{hold: {for: 10ms, while: value > 1}}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(0), "t/1", "2").lines();
  mapped.change(sets.after);
  EXPECT_THAT(mapped.at(milliseconds(50)).lines(), ElementsAre(StartsWith("10ms")));
}

TEST(CarryOver, ASilenceFiresWhenItWouldHave) {
  const Pair sets("{silence: 10ms}");
  Mapped mapped(sets.before);
  mapped.at(milliseconds(3), "t/1", "2").lines();
  mapped.change(sets.after);
  EXPECT_THAT(mapped.at(milliseconds(50)).lines(), ElementsAre(StartsWith("13ms")));
}

TEST(CarryOver, LayoutAndCommentsAreNoChange) {
  Mapped mapped(mapping(rule("{changed: {of: a, deadband: 2}}")));
  mapped.at(milliseconds(0), "t/1", R"({"a":1})").lines();
  mapped.change(R"(
rules:
  - topic: t/{d}   # the same rule
    steps:
      - changed:
          of: a
          deadband: 2
    emit: {event: x}
)");
  EXPECT_THAT(mapped.at(milliseconds(1), "t/1", R"({"a":2})").lines(), IsEmpty());
}

TEST(CarryOver, AStepThatSaysSomethingElseStartsAnewAndSoDoAllAfterIt) {
  Mapped mapped(mapping(rule("{changed: a}, {throttle: 10ms}, {silence: 5ms}")));
  mapped.at(milliseconds(0), "t/1", R"({"a":1})").at(milliseconds(1), "t/1", R"({"a":2})").lines();
  const auto carried = mapped.change(mapping(rule("{changed: a}, {throttle: 20ms}, {silence: 5ms}")));
  EXPECT_EQ(carried.steps, 3U);
  EXPECT_EQ(carried.steps_kept, 1U);
  mapped.at(milliseconds(2), "t/1", R"({"a":2})");              // no change to the one that is kept
  EXPECT_THAT(mapped.at(milliseconds(50)).lines(), IsEmpty());  // the timers of both others are gone
}

TEST(CarryOver, AConstantThatAStepNamesIsPartOfIt) {
  const auto text = [](int limit) {
    return "const: {limit: " + std::to_string(limit) + ", other: " + std::to_string(limit) + "}\n" +
           mapping(rule("{hold: {for: 10ms, while: value > limit}}") + rule("{changed: value}"));
  };
  Mapped mapped(text(1));
  EXPECT_EQ(mapped.change(text(2)).steps_kept, 1U);
}

TEST(CarryOver, AnotherKeyStartsAnew) {
  const auto* yaml = "rules: [{topic: 't/{d}/{e}', key: d, steps: [{changed: a}], emit: x}]";
  Mapped mapped(yaml);
  EXPECT_EQ(mapped.change(yaml).steps_kept, 1U);
  EXPECT_EQ(mapped.change("rules: [{topic: 't/{d}/{e}', key: e, steps: [{changed: a}], emit: x}]").steps_kept, 0U);
}

TEST(CarryOver, ANamedRuleMayMoveToAnotherTopic) {
  Mapped mapped("rules: [{name: n, topic: 't/{d}', steps: [{changed: a}], emit: x}]");
  mapped.at(milliseconds(0), "t/1", R"({"a":1})").lines();
  mapped.change("rules: [{name: n, topic: 'u/{d}', steps: [{changed: a}], emit: x}]");
  EXPECT_THAT(mapped.at(milliseconds(1), "u/1", R"({"a":1})").lines(), IsEmpty());
}

TEST(CarryOver, RulesOfOneNameAreToldApartByTheirOrder) {
  const auto text = mapping(rule("{collect: {into: l, of: value, last: 2}}") + rule("{throttle: 10ms}"));
  Mapped mapped(text);
  EXPECT_EQ(mapped.change(text).steps_kept, 2U);
}

TEST(CarryOver, TimersOfARuleThatIsGoneDoNotFireAndItsRoomIsFree) {
  mapping::Bounds bounds;
  bounds.state_bytes = 2000;
  Mapped mapped(mapping(rule("{silence: 10ms}")), bounds);
  for (int key = 0; key < 20; ++key) mapped.at(milliseconds(0), "t/" + std::to_string(key), "1");
  EXPECT_THAT(mapped.lines(), testing::Contains(HasSubstr("fills its 2000 bytes")));
  mapped.change(mapping(rule("{throttle: 1ms}")));
  EXPECT_THAT(mapped.at(milliseconds(50), "t/1", "1").lines(), ElementsAre(StartsWith("50ms x")));
}

TEST(CarryOver, TheOrderOfTimersDueAtOnceStays) {
  const auto text = mapping(rule("{silence: 10ms}"));
  Mapped mapped(text);
  mapped.at(milliseconds(0), "t/b", R"({"n":"b"})").lines();
  mapped.change(text);
  EXPECT_THAT(mapped.at(milliseconds(0), "t/a", R"({"n":"a"})").at(milliseconds(10)).lines(),
              ElementsAre(HasSubstr("\"b\""), HasSubstr("\"a\"")));
}

constexpr auto* counting = "rules: [{topic: 't/{d}', emit: {event: x, data: {n: '=(latest.x.n else 0) + 1'}}}]";

TEST(CarryOver, LatestValuesStay) {
  Mapped mapped(counting);
  mapped.at(milliseconds(0), "t/1", "{}").lines();
  EXPECT_EQ(mapped.change(counting).latest_dropped, 0U);
  EXPECT_THAT(mapped.at(milliseconds(1), "t/1", "{}").lines(), ElementsAre(HasSubstr("\"n\":2")));
}

TEST(CarryOver, LatestValuesThatDoNotFitTheNewTypeAreDroppedAndCounted) {
  const std::string rules =
      "rules: [{topic: 't/{d}', emit: x}, {topic: 'u/{d}', emit: {event: y, data: {n: =latest.x.n}}}]";
  Mapped mapped("events: {x: {n: int}, y: {n: any | null}}\n" + rules);
  mapped.at(milliseconds(0), "t/1", R"({"n":1})").at(milliseconds(0), "t/2", R"({"n":9})").lines();
  EXPECT_EQ(mapped.change("events: {x: {n: int ..5}, y: {n: any | null}}\n" + rules).latest_dropped, 1U);
  EXPECT_THAT(mapped.at(milliseconds(1), "u/1", "{}").at(milliseconds(1), "u/2", "{}").lines(),
              ElementsAre(R"(1ms y {"n":1})", R"(1ms y {"n":null})"));
}

TEST(CarryOver, LatestValuesUnderAnotherKeyAreDropped) {
  const std::string reads = ", {topic: u, emit: {event: y, data: {n: =latest.x.value}}}]";
  Mapped mapped("rules: [{topic: 't/{d}', emit: x}" + reads);
  mapped.at(milliseconds(0), "t/1", "5").lines();
  EXPECT_EQ(mapped.change("rules: [{topic: 't/{e}', emit: x}" + reads).latest_dropped, 1U);
}

TEST(CarryOver, ForgetGoesOnWithTheKeysThatItWatches) {
  const auto text = [](const std::string& idle) {
    return "rules: [{topic: 't/{d}', forget: " + idle + ", steps: [{changed: value}], emit: x}]";
  };
  Mapped mapped(text("10s"));
  mapped.at(milliseconds(0), "t/1", "1").lines();
  mapped.change(text("10s"));
  EXPECT_THAT(mapped.at(milliseconds(10'000)).lines(), ElementsAre(R"(- x {"d":"1"})"));
  mapped.at(milliseconds(11'000), "t/1", "1").lines();
  mapped.change(text("20s"));
  EXPECT_THAT(mapped.at(milliseconds(30'999)).lines(), IsEmpty());
  EXPECT_THAT(mapped.at(milliseconds(31'000)).lines(), ElementsAre(R"(- x {"d":"1"})"));
}

TEST(CarryOver, RulesFromAnEventFollowItInTheNewSet) {
  const auto* yaml =
      "events: {x: any, y: any}\nrules: [{topic: t, emit: x}, {from: x, steps: [{changed: value}], emit: y}]";
  Mapped mapped(yaml);
  mapped.at(milliseconds(0), "t", "1").lines();
  mapped.change(yaml);
  EXPECT_THAT(mapped.at(milliseconds(1), "t", "1").at(milliseconds(2), "t", "2").lines(),
              ElementsAre(StartsWith("1ms x"), StartsWith("2ms x"), StartsWith("2ms y")));
}

TEST(CarryOver, ClockAndCountsGoOn) {
  Mapped mapped(counting);
  mapped.at(milliseconds(500), "t/1", "{}").lines();
  mapped.change(counting);
  EXPECT_EQ(mapped.mapper().counts().messages, 1U);
  EXPECT_EQ(mapped.mapper().counts().events, 1U);
}

}  // namespace
}  // namespace sluice::test
