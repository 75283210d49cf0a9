#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;

TEST(Set, AssignsInOrderAndLaterValuesSeeEarlierOnes) {
  const auto* yaml = "rules: [{topic: t, steps: [{set: {b: =a + 1, c: =b * 2}}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"a":1})"}}), ElementsAre(R"(0ms x {"a":1,"b":2,"c":4})"));
}

TEST(Set, MayWriteOverAPlaceholder) {
  const auto* yaml = "rules: [{topic: 't/{d}', steps: [{set: {d: =lower(d)}}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t/A", "{}"}}), ElementsAre(R"(0ms x {"d":"a"})"));
}

TEST(Set, AnErrorDropsTheRecordAndNamesTheField) {
  const auto* yaml = "rules: [{topic: t, steps: [{set: {b: =a / 0}}], emit: x}]";
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"a":1})"}}), ElementsAre("! b: division by zero"));
}

}  // namespace
}  // namespace sluice::test
