#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto* yaml =
    "rules: [{topic: 't/{d}', steps: [{hold: {for: 10ms, while: on}}], emit: {event: x, data: {d: null}}}]";

TEST(Hold, PassesTheNewestRecordOnceTheConditionHasLasted) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"on":true,"n":1})"}, {5, "t/1", R"({"on":true,"n":2})"}, {50, "", ""}}),
              ElementsAre(R"(10ms x {"on":true,"n":2,"d":null})"));
}

TEST(Hold, AFalseDisarms) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"on":true})"}, {9, "t/1", R"({"on":false})"}, {50, "", ""}}), IsEmpty());
}

TEST(Hold, NullCountsAsFalse) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"on":true})"}, {9, "t/1", "{}"}, {50, "", ""}}), IsEmpty());
}

TEST(Hold, IsToldOnceAStretch) {
  EXPECT_THAT(events_of(yaml, {{0, "t/1", R"({"on":true})"},
                               {20, "t/1", R"({"on":true})"},
                               {40, "t/1", R"({"on":false})"},
                               {41, "t/1", R"({"on":true})"},
                               {90, "", ""}}),
              ElementsAre(testing::StartsWith("10ms"), testing::StartsWith("51ms")));
}

}  // namespace
}  // namespace sluice::test
