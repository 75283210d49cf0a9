#include <gmock/gmock.h>

#include "mapping/loader.h"
#include "mapping/mapping_set.h"

namespace sluice::mapping {
namespace {

/// What a failing test of `t.yaml` prints; "" when all pass.
std::string printed(const std::string& text) {
  event::EventCatalog catalog;
  const auto set = load_text(text, "t.yaml", catalog);
  if (!set) return set.error().at(0).text();
  const auto report = run_tests(**set, catalog);
  return report.failures.empty() ? "" : report.failures[0].text;
}

std::string test(const std::string& fields) {
  return "rules:\n  - topic: t/{d}\n    emit: x\ntests:\n  - name: one\n    " + fields;
}

TEST(RunTests, AFailingTestExplainsItself) {
  EXPECT_EQ(printed(test("given: [{at: 3ms, topic: t/1, payload: {a: 1}}]\n    expect: [{event: x, data: {a: 2}}]")),
            "FAIL t.yaml:5:5: one\n"
            "     x.a: expected 2, got 1\n"
            "     sent:\n"
            "       3ms x {\"a\":1,\"d\":\"1\"}");
}

TEST(RunTests, ObjectsMatchAsSubsetsAndNumbersNearly) {
  EXPECT_EQ(printed(test("given: [{topic: t/1, payload: {a: {b: 0.1, c: 2}}}]\n    expect: [{event: x, data: {a: {b: "
                         "0.1000000000001}}}]")),
            "");
}

TEST(RunTests, ListsMatchExactly) {
  EXPECT_THAT(printed(test("given: [{topic: t/1, payload: [1, 2]}]\n    expect: [{event: x, data: {value: [1]}}]")),
              testing::HasSubstr("x.value: expected [1], got [1,2]"));
}

TEST(RunTests, TimeKeyAndOrderCount) {
  EXPECT_THAT(
      printed(test("given: [{at: 3ms, topic: t/1, payload: 1}]\n    expect: [{at: 4ms, event: x, key: {d: '2'}}]")),
      testing::AllOf(testing::HasSubstr("x: expected at 4ms, got at 3ms"),
                     testing::HasSubstr("x key.d: expected \"2\", got \"1\"")));
}

TEST(RunTests, TooFewAndTooManyEventsAreTold) {
  EXPECT_THAT(printed(test("given: []\n    expect: [{event: x, data: {a: 1}}]")),
              testing::HasSubstr("x: expected {\"a\":1}, got nothing\n     sent:\n       nothing"));
  EXPECT_THAT(printed(test("given: [{topic: t/1, payload: 1}]\n    expect: []")),
              testing::HasSubstr("x: expected nothing more, got {\"value\":1,\"d\":\"1\"}"));
}

TEST(RunTests, AnUnexpectedErrorFailsAndIsTold) {
  EXPECT_THAT(printed(test("given: [{topic: t/1, payload: '{'}]\n    expect: []")),
              testing::AllOf(testing::HasSubstr("errors: expected 0, got 1"), testing::HasSubstr("t.yaml:2:5: ")));
  EXPECT_EQ(printed(test("given: [{topic: t/1, payload: '{'}]\n    expect: []\n    errors: 1")), "");
}

TEST(RunTests, OnlySomeEventsAreLookedAt) {
  EXPECT_EQ(printed("rules: [{topic: t, emit: [x, y]}]\ntests: [{only: y, given: [{topic: t, payload: 1}], expect: "
                    "[{event: y}]}]"),
            "");
}

TEST(RunTests, PublishesStandAmongTheEventsAndHaveTheTimeOfTheirTimer) {
  EXPECT_EQ(printed("rules: [{topic: t, codec: auto, steps: [{throttle: 5ms}], publish: {topic: p, payload: =value}}, "
                    "{topic: t, codec: auto, emit: x}]\n"
                    "tests:\n  - given: [{topic: t, payload: 1}, {at: 2ms, topic: t, payload: a}, {at: 9ms}]\n"
                    "    expect: [{at: 0ms, publish: p, payload: 1}, {event: x}, {at: 2ms, event: x}, {at: 5ms, "
                    "publish: p, payload: a}]\n"),
            "");
}

}  // namespace
}  // namespace sluice::mapping
