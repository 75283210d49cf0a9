#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

constexpr auto* yaml = "rules: [{topic: 't/{d}', steps: [{throttle: 10ms}], emit: x}]";

TEST(Throttle, FirstAtOnceThenTheNewestAtTheTrailingEdge) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {3, "t/1", "2"}, {6, "t/1", "3"}, {50, "", ""}}),
              ElementsAre(R"(0ms x {"value":1,"d":"1"})", R"(10ms x {"value":3,"d":"1"})"));
}

TEST(Throttle, ATrailingRecordStartsTheNextWait) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {3, "t/1", "2"}, {12, "t/1", "3"}, {50, "", ""}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("10ms"), testing::StartsWith("20ms")));
}

TEST(Throttle, AfterAQuietTimeTheNextIsAtOnce) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {10, "t/1", "2"}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("10ms")));
}

TEST(Throttle, EveryKeyHasItsOwnWait) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {1, "t/2", "2"}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("1ms")));
}

TEST(Throttle, ALateTimerCarriesItsDueTime) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {3, "t/1", "2"}, {500, "t/1", "3"}}),
              ElementsAre(testing::StartsWith("0ms"), testing::StartsWith("10ms"), testing::StartsWith("500ms")));
}

}  // namespace
}  // namespace sluice::test
