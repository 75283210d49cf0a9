#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

std::string rule(const std::string& how) {
  return "events: {x: {c: any}}\nrules: [{topic: 't/{d}', steps: [{collect: {into: c, of: a, " + how + "}}], emit: x}]";
}

TEST(Collect, LastKeepsTheNewestOldestFirst) {
  EXPECT_THAT(
      events_of(rule("last: 2"), {{0, "t/1", R"({"a":1})"}, {1, "t/1", R"({"a":2})"}, {2, "t/1", R"({"a":3})"}}),
      ElementsAre(R"(0ms x {"c":[1]})", R"(1ms x {"c":[1,2]})", R"(2ms x {"c":[2,3]})"));
}

TEST(Collect, KeysDoNotMix) {
  EXPECT_THAT(events_of(rule("last: 2"), {{0, "t/1", R"({"a":1})"}, {1, "t/2", R"({"a":2})"}}),
              ElementsAre(R"(0ms x {"c":[1]})", R"(1ms x {"c":[2]})"));
}

TEST(Collect, WithinKeepsTheLastStretchOfTime) {
  EXPECT_THAT(
      events_of(rule("within: 10ms"), {{0, "t/1", R"({"a":1})"}, {9, "t/1", R"({"a":2})"}, {10, "t/1", R"({"a":3})"}}),
      ElementsAre(R"(0ms x {"c":[1]})", R"(9ms x {"c":[1,2]})", R"(10ms x {"c":[2,3]})"));
}

TEST(Collect, AnIntFillsAListWithNullsBetween) {
  EXPECT_THAT(events_of(rule("at: i"), {{0, "t/1", R"({"a":1,"i":2})"}, {1, "t/1", R"({"a":5,"i":0})"}}),
              ElementsAre(R"(0ms x {"c":[null,null,1]})", R"(1ms x {"c":[5,null,1]})"));
}

TEST(Collect, ATextFillsAnObject) {
  EXPECT_THAT(events_of(rule("at: i"), {{0, "t/1", R"({"a":1,"i":"k"})"}, {1, "t/1", R"({"a":2,"i":"l"})"}}),
              ElementsAre(R"(0ms x {"c":{"k":1}})", R"(1ms x {"c":{"k":1,"l":2}})"));
}

TEST(Collect, APlaceOutsideTheBoundIsAnError) {
  EXPECT_THAT(
      events_of(rule("at: i"), {{0, "t/1", R"({"a":1,"i":-1})"}, {0, "t/1", R"({"a":1,"i":4096})"}}),
      ElementsAre("! at is -1, expected a place from 0 to 4095", "! at is 4096, expected a place from 0 to 4095"));
}

TEST(Collect, AnIntAfterATextIsAnError) {
  EXPECT_THAT(events_of(rule("at: i"), {{0, "t/1", R"({"a":1,"i":"k"})"}, {0, "t/1", R"({"a":1,"i":1})"}}),
              ElementsAre(R"(0ms x {"c":{"k":1}})", "! at is an int, but was a text before"));
}

// RFC 7396, appendix A in short: objects are merged deeply, null removes, all else replaces.
TEST(Collect, MergeLaysObjectsOverEachOther) {
  EXPECT_THAT(events_of(rule("merge: true"), {{0, "t/1", R"({"a":{"b":{"c":1,"d":2},"e":[1]}})"},
                                              {1, "t/1", R"({"a":{"b":{"c":null},"e":[2]}})"}}),
              ElementsAre(R"(0ms x {"c":{"b":{"c":1,"d":2},"e":[1]}})", R"(1ms x {"c":{"b":{"d":2},"e":[2]}})"));
}

TEST(Collect, MergeOfNoObjectIsAnError) {
  EXPECT_THAT(events_of(rule("merge: true"), {{0, "t/1", R"({"a":1})"}}),
              ElementsAre("! merge of a int, expected an object"));
}

}  // namespace
}  // namespace sluice::test
