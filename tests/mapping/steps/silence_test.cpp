#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

constexpr auto* yaml = "rules: [{topic: 't/{d}', steps: [{silence: 10ms}], emit: x}]";

TEST(Silence, PassesTheLastRecordOnceNothingFollows) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {9, "t/1", "2"}, {100, "", ""}}),
              ElementsAre(R"(19ms x {"value":2,"d":"1"})"));
}

TEST(Silence, IsToldAgainAfterANewMessage) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {50, "t/1", "2"}, {100, "", ""}}),
              ElementsAre(testing::StartsWith("10ms"), testing::StartsWith("60ms")));
}

TEST(Silence, TimersOfTheSameDueTimeFireInTheOrderOfArming) {
  EXPECT_THAT(events_of(yaml, {{0, "t/2", "1"}, {0, "t/1", "2"}, {0, "t/2", "3"}, {100, "", ""}}),
              ElementsAre(R"(10ms x {"value":2,"d":"1"})", R"(10ms x {"value":3,"d":"2"})"));
}

}  // namespace
}  // namespace sluice::test
