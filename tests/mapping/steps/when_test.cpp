#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

constexpr auto* yaml = "rules: [{topic: t, steps: [{when: ok}], emit: x}]";

TEST(When, PassesWhatIsTrue) {
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"ok":true})"}}), ElementsAre(R"(0ms x {"ok":true})"));
}

TEST(When, StopsFalseAndNull) {
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"ok":false})"}, {1, "t", "{}"}}), IsEmpty());
}

TEST(When, OtherTypesAreAnError) {
  EXPECT_THAT(events_of(yaml, {{0, "t", R"({"ok":1})"}}), ElementsAre(testing::StartsWith("! ")));
}

}  // namespace
}  // namespace sluice::test
