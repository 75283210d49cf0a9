#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto* yaml = "rules: [{topic: 't/{d}', steps: [{each: list}, {set: {list: null}}], emit: x}]";

TEST(Each, GivesOneRecordAnElementWithItsPosition) {
  EXPECT_THAT(events_of(yaml, {{0, "t/a", R"({"list":[5,6]})"}}),
              ElementsAre(R"(0ms x {"list":null,"d":"a","value":5,"index":0})",
                          R"(0ms x {"list":null,"d":"a","value":6,"index":1})"));
}

TEST(Each, OfAnObjectGivesItsNames) {
  EXPECT_THAT(events_of(yaml, {{0, "t/a", R"({"list":{"k":5}})"}}),
              ElementsAre(R"(0ms x {"list":null,"d":"a","value":5,"index":"k"})"));
}

TEST(Each, MergesAnObjectsFieldsButNeverOverPlaceholders) {
  EXPECT_THAT(events_of(yaml, {{0, "t/a", R"({"list":[{"d":"evil","v":1,"msg":2}]})"}}),
              ElementsAre(R"(0ms x {"list":null,"d":"a","v":1,"index":0})"));
}

TEST(Each, OfNullGivesNothing) {
  EXPECT_THAT(events_of(yaml, {{0, "t/a", "{}"}}), IsEmpty());
}

TEST(Each, OfANumberIsAnError) {
  EXPECT_THAT(events_of(yaml, {{0, "t/a", R"({"list":1})"}}),
              ElementsAre("! each of a int, expected a list or an object"));
}

TEST(Each, AnErrorDropsThatElementOnly) {
  const auto* halves = "rules: [{topic: t, steps: [{each: list}, {set: {list: null, half: =1 / value}}], emit: x}]";
  EXPECT_THAT(events_of(halves, {{0, "t", R"({"list":[0,2]})"}}),
              ElementsAre(R"(0ms x {"list":null,"value":2,"index":1,"half":0.5})", "! half: division by zero"));
}

}  // namespace
}  // namespace sluice::test
