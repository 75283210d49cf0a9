#include "mapping/route.h"

#include <gmock/gmock.h>

namespace sluice::mapping {
namespace {

using testing::ElementsAre;
using testing::Pair;

TEST(Route, MatchesLevelByLevelAndDecodesItsPlaceholders) {
  EXPECT_THAT(*match_route("/t/{device}/set", "/t/living%2Ftrv/set"), ElementsAre(Pair("device", "living/trv")));
  EXPECT_FALSE(match_route("/t/{device}/set", "/t/living/trv/set"));
  EXPECT_FALSE(match_route("/t/{device}/set", "/t/a/get"));
}

TEST(Route, ShapesAreEqualWhereNoRequestCanTellThemApart) {
  EXPECT_EQ(route_shape("/a/{b}/c"), route_shape("/a/{d}/c"));
  EXPECT_NE(route_shape("/a/{b}/c"), route_shape("/a/b/c"));
}

TEST(Route, NamesItsPlaceholdersInOrder) {
  EXPECT_THAT(route_placeholders("/a/{b}/c/{d}"), ElementsAre("b", "d"));
}

}  // namespace
}  // namespace sluice::mapping
