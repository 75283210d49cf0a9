#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

constexpr auto* yaml =
    "rules: [{topic: 't/{d}', steps: [{batch: {into: all, of: value, max: 3, within: 10ms}}], emit: x}]";

TEST(Batch, IsFullAtItsMost) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {1, "t/2", "2"}, {2, "t/3", "3"}, {50, "", ""}}),
              ElementsAre(R"(2ms x {"all":[1,2,3]})"));
}

TEST(Batch, EndsSoLongAfterItsFirst) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", "1"}, {9, "t/1", "2"}, {11, "t/1", "3"}, {50, "", ""}}),
              ElementsAre(R"(10ms x {"all":[1,2]})", R"(21ms x {"all":[3]})"));
}

TEST(Batch, AKeyOfItsOwnMakesOneEach) {
  const auto* keyed =
      "rules: [{topic: 't/{d}', steps: [{batch: {into: all, of: value, max: 9, within: 10ms, key: d}}], emit: x}]";
  EXPECT_THAT(events_of(keyed, {{0, "t/1", "1"}, {1, "t/2", "2"}, {50, "", ""}}),
              ElementsAre(R"(10ms x {"d":"1","all":[1]})", R"(11ms x {"d":"2","all":[2]})"));
}

}  // namespace
}  // namespace sluice::test
