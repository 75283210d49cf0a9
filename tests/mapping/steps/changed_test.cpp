#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

std::string rule(const std::string& step) {
  return "rules: [{topic: 't/{d}', steps: [{changed: " + step + "}], emit: {event: x, data: {d: null}}}]";
}

TEST(Changed, PassesTheFirstAndThenWhatDiffers) {
  EXPECT_THAT(events_of(rule("a"), {{0, "t/1", R"({"a":1})"}, {1, "t/1", R"({"a":1})"}, {2, "t/1", R"({"a":2})"}}),
              ElementsAre(R"(0ms x {"a":1,"d":null,"previous":null})", R"(2ms x {"a":2,"d":null,"previous":{"a":1}})"));
}

TEST(Changed, ComparesPerKey) {
  EXPECT_THAT(events_of(rule("a"), {{0, "t/1", R"({"a":1})"}, {1, "t/2", R"({"a":1})"}}),
              ElementsAre(R"(0ms x {"a":1,"d":null,"previous":null})", R"(1ms x {"a":1,"d":null,"previous":null})"));
}

TEST(Changed, PreviousIsNamedByTheLastPartOfAPath) {
  EXPECT_THAT(events_of(rule("[s.a, b]"), {{0, "t/1", R"({"s":{"a":1}})"}, {1, "t/1", R"({"b":2})"}}),
              ElementsAre(R"(0ms x {"s":{"a":1},"d":null,"previous":null})",
                          R"(1ms x {"b":2,"d":null,"previous":{"a":1,"b":null}})"));
}

TEST(Changed, NumbersMustDifferByMoreThanTheDeadband) {
  EXPECT_THAT(
      events_of(rule("{of: a, deadband: 1}"),
                {{0, "t/1", R"({"a":1})"}, {1, "t/1", R"({"a":2})"}, {2, "t/1", R"({"a":2.5})"}}),
      ElementsAre(R"(0ms x {"a":1,"d":null,"previous":null})", R"(2ms x {"a":2.5,"d":null,"previous":{"a":1}})"));
}

TEST(Changed, ComparesWithTheLastThatPassedNotWithTheLastSeen) {
  EXPECT_THAT(events_of(rule("{of: a, deadband: 1}"),
                        {{0, "t/1", R"({"a":0})"}, {1, "t/1", R"({"a":0.9})"}, {2, "t/1", R"({"a":1.1})"}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("2ms")));
}

TEST(Changed, PassesTheNextRecordAtLeastSoLongAfter) {
  EXPECT_THAT(events_of(rule("{of: a, at_least: 10ms}"),
                        {{0, "t/1", R"({"a":1})"}, {9, "t/1", R"({"a":1})"}, {10, "t/1", R"({"a":1})"}, {30, "", ""}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("10ms")));
}

TEST(Changed, AnOwnKeyReplacesTheRules) {
  EXPECT_THAT(events_of(rule("{of: a, key: []}"), {{0, "t/1", R"({"a":1})"}, {1, "t/2", R"({"a":1})"}}),
              ElementsAre(testing::StartsWith("0ms")));
}

}  // namespace
}  // namespace sluice::test
