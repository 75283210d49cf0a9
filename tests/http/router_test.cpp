#include "http/router.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

TEST(Router, ALiteralLevelWinsOverAPlaceholder) {
  Router router;
  router.add("GET", "/desks/{desk}", 1);
  router.add("GET", "/desks/all", 2);
  EXPECT_EQ(router.match("GET", {"desks", "all"}).endpoint, 2);
  EXPECT_EQ(router.match("GET", {"desks", "b"}).endpoint, 1);
}

TEST(Router, AnEmptyLiteralBranchDoesNotHideThePlaceholder) {
  Router router;
  router.add("GET", "/desks/all/speed", 1);
  router.add("GET", "/desks/{desk}/height", 2);
  const auto match = router.match("GET", {"desks", "all", "height"});
  EXPECT_EQ(match.endpoint, 2);
  EXPECT_EQ(match.path_values, (Pairs{{"desk", "all"}}));
}

TEST(Router, EachPatternNamesItsOwnPlaceholders) {
  Router router;
  router.add("GET", "/{a}/{b}", 1);
  router.add("POST", "/{x}/{y}", 2);
  EXPECT_EQ(router.match("GET", {"1", "2"}).path_values, (Pairs{{"a", "1"}, {"b", "2"}}));
  EXPECT_EQ(router.match("POST", {"1", "2"}).path_values, (Pairs{{"x", "1"}, {"y", "2"}}));
}

TEST(Router, APathWithoutTheMethodSaysWhichItTakes) {
  Router router;
  router.add("GET", "/a", 1);
  router.add("POST", "/a", 2);
  const auto match = router.match("DELETE", {"a"});
  EXPECT_TRUE(match.found);
  EXPECT_EQ(match.endpoint, -1);
  EXPECT_EQ(match.allow, "GET, HEAD, POST, OPTIONS");
}

TEST(Router, HeadIsServedByGet) {
  Router router;
  router.add("GET", "/a", 1);
  EXPECT_EQ(router.match("HEAD", {"a"}).endpoint, 1);
}

TEST(Router, APlaceholderTakesNoEmptyLevel) {
  Router router;
  router.add("GET", "/desks/{desk}", 1);
  EXPECT_FALSE(router.match("GET", {"desks", ""}).found);
}

TEST(Router, TheRootIsAPathWithoutLevels) {
  Router router;
  router.add("GET", "/", 1);
  EXPECT_EQ(router.match("GET", {}).endpoint, 1);
  EXPECT_FALSE(router.match("GET", {"a"}).found);
}

TEST(Router, TheFirstOfTwoEqualRoutesStays) {
  Router router;
  router.add("GET", "/a", 1);
  router.add("GET", "/a", 2);
  EXPECT_EQ(router.match("GET", {"a"}).endpoint, 1);
}

}  // namespace
}  // namespace sluice::http
