#include "http/request_target.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

using Levels = std::vector<std::string>;

RequestTarget read(std::string_view raw) {
  auto target = RequestTarget::read(raw);
  EXPECT_TRUE(target) << raw;
  return target ? *target : RequestTarget{};
}

TEST(RequestTarget, LevelsAreDecodedAfterTheyAreSplit) {
  EXPECT_EQ(read("/desks/a%2Fb/x%20y").levels, (Levels{"desks", "a/b", "x y"}));
}

TEST(RequestTarget, TheRootHasNoLevelsAndASlashAtTheEndIsAnEmptyOne) {
  EXPECT_EQ(read("/").levels, Levels{});
  EXPECT_EQ(read("/a/").levels, (Levels{"a", ""}));
}

TEST(RequestTarget, ParametersAreDecodedAndKeepTheirOrder) {
  EXPECT_EQ(read("/?b=1+2&a%5B%5D=%C3%A4&a[]=&c").query, (Pairs{{"b", "1 2"}, {"a[]", "ä"}, {"a[]", ""}, {"c", ""}}));
}

TEST(RequestTarget, TheAbsoluteFormIsItsPath) {
  EXPECT_EQ(read("http://gateway:8080/a/b?c=d").levels, (Levels{"a", "b"}));
}

TEST(RequestTarget, WhatNoTargetMayHoldIsAnError) {
  for (const auto* raw : {"", "a", "*", "http://host", "http://host?x", "/%", "/%4", "/%zz", "/%00", "/a?b=%00", "/%ff",
                          "/a#b", "/a\x01", "/\xc3\xa4"}) {
    EXPECT_FALSE(RequestTarget::read(raw)) << raw;
  }
}

TEST(RequestTarget, LevelsAndParametersAreBounded) {
  std::string deep;
  std::string wide = "/?";
  for (int i = 0; i < 65; ++i) deep += "/a";
  for (int i = 0; i < 65; ++i) wide += "a=1&";
  EXPECT_FALSE(RequestTarget::read(deep));
  EXPECT_FALSE(RequestTarget::read(wide));
}

}  // namespace
}  // namespace sluice::http
