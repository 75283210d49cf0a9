#include "message/topic_filter.h"

#include <gmock/gmock.h>

namespace sluice::message {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using Parts = std::vector<std::string_view>;

TopicFilter filter(std::string_view text) {
  auto parsed = TopicFilter::parse(text);
  EXPECT_TRUE(parsed) << text << ": " << parsed.error().text();
  return *parsed;
}

std::string error(std::string_view text) {
  const auto parsed = TopicFilter::parse(text);
  return parsed ? "no error" : parsed.error().text();
}

bool matches(std::string_view text, std::string_view topic) {
  Parts captures;
  return filter(text).match(topic, captures);
}

/// The captured parts, or "-" when nothing matches.
Parts captures(std::string_view text, std::string_view topic) {
  Parts captures;
  return filter(text).match(topic, captures) ? captures : Parts{"-"};
}

TEST(TopicFilter, PlainFiltersMatchAsTheStandardSays) {
  EXPECT_TRUE(matches("sport/tennis/+", "sport/tennis/player1"));
  EXPECT_FALSE(matches("sport/tennis/+", "sport/tennis/player1/ranking"));
  EXPECT_FALSE(matches("sport/+", "sport"));
  EXPECT_TRUE(matches("sport/+", "sport/"));
  EXPECT_TRUE(matches("sport/#", "sport"));
  EXPECT_TRUE(matches("+/+", "/finance"));
  EXPECT_FALSE(matches("+", "/finance"));
  EXPECT_TRUE(matches("#", "a/b/c"));
  EXPECT_FALSE(matches("ACCOUNTS", "Accounts"));
}

TEST(TopicFilter, ALeadingWildcardLeavesOutDollarTopics) {
  EXPECT_FALSE(matches("#", "$SYS/uptime"));
  EXPECT_FALSE(matches("+/uptime", "$SYS/uptime"));
  EXPECT_FALSE(matches("{x#}", "$SYS/uptime"));
  EXPECT_TRUE(matches("$SYS/#", "$SYS/uptime"));
  EXPECT_TRUE(matches("$SYS/+", "$SYS/uptime"));
}

TEST(TopicFilter, PlaceholdersCaptureTheirLevels) {
  EXPECT_THAT(captures("desk/{desk}/preset/{slot:int}", "desk/a/preset/3"), ElementsAre("a", "3"));
  EXPECT_THAT(captures("+/{x}/#", "p/q/r/s"), ElementsAre("q"));
  EXPECT_THAT(captures("a/b", "a/b"), IsEmpty());
  EXPECT_THAT(filter("desk/{desk}/preset/{slot:int}").placeholders(), ElementsAre("desk", "slot"));
}

TEST(TopicFilter, AnIntPlaceholderMatchesOnlyIntegers) {
  for (const auto* level : {"0", "-7", "42"}) EXPECT_TRUE(matches("c/{n:int}", std::string("c/") + level)) << level;
  for (const auto* level : {"007", "+1", "1.5", "x", "", "99999999999999999999"}) {
    EXPECT_FALSE(matches("c/{n:int}", std::string("c/") + level)) << level;
  }
}

TEST(TopicFilter, ManyTakesOneOrMoreLevelsAlsoBeforeOthers) {
  EXPECT_THAT(captures("zigbee2mqtt/{device#}/availability", "zigbee2mqtt/kitchen/lamp/availability"),
              ElementsAre("kitchen/lamp"));
  EXPECT_THAT(captures("{a}/{path#}/{x}/{y}", "1/2/3/4/5"), ElementsAre("1", "2/3", "4", "5"));
  EXPECT_THAT(captures("a/{path#}", "a/b/c"), ElementsAre("b/c"));
  EXPECT_THAT(captures("a/{path#}", "a"), ElementsAre("-"));
  EXPECT_THAT(captures("a/{path#}/b", "a/b"), ElementsAre("-"));
  EXPECT_THAT(captures("a/{path#}/b", "a//b"), ElementsAre(""));
  EXPECT_THAT(captures("a/{path#}/{n:int}", "a/b/c"), ElementsAre("-"));
}

TEST(TopicFilter, WhatToSubscribeToHasNoNames) {
  EXPECT_EQ(filter("desk/{desk}/preset/{slot:int}").subscription(), "desk/+/preset/+");
  EXPECT_EQ(filter("N/{portal}/{path#}/x").subscription(), "N/+/#");
  EXPECT_EQ(filter("{path#}").subscription(), "#");
  EXPECT_EQ(filter("/a/#").subscription(), "/a/#");
}

TEST(TopicFilter, ErrorsNameWhatIsWrong) {
  EXPECT_EQ(error(""), "empty topic filter");
  EXPECT_EQ(error("a{desk}/x"), "'+', '#' and {name} must fill a whole level: 'a{desk}'");
  EXPECT_EQ(error("a/b+"), "'+', '#' and {name} must fill a whole level: 'b+'");
  EXPECT_EQ(error("a/{x"), "'+', '#' and {name} must fill a whole level: '{x'");
  EXPECT_EQ(error("a/#/b"), "'#' must be the last level: 'a/#/b'");
  EXPECT_EQ(error("{a#}/{b#}"), "only one '#' or {name#} in a topic filter: '{a#}/{b#}'");
  EXPECT_EQ(error("{a#}/#"), "only one '#' or {name#} in a topic filter: '{a#}/#'");
  EXPECT_EQ(error("{a}/{a}"), "placeholder 'a' stands twice in '{a}/{a}'");
  EXPECT_EQ(error("{}"), "'{}' is no placeholder, expected {name}, {name:int} or {name#}");
  EXPECT_EQ(error("{1a}"), "'{1a}' is no placeholder, expected {name}, {name:int} or {name#}");
  EXPECT_EQ(error("{a:float}"), "unknown type 'float' in '{a:float}', expected int");
  EXPECT_EQ(error("$share/g/a"), "shared subscription '$share/g/a'");
  EXPECT_EQ(error(std::string(70'000, 'a')), "topic filter of 70000 bytes, expected at most 65535");
  EXPECT_EQ(error(std::string(200, '/')), "topic filter of 201 levels, expected at most 200");
  EXPECT_EQ(error(std::string_view("a\0b", 3)), "topic filter 'a\\x00b' is no UTF-8 without NUL");
}

TEST(TopicName, HasNoWildcardsAndIsBounded) {
  EXPECT_TRUE(is_topic_name("a/b c/\xc3\xa9"));
  EXPECT_TRUE(is_topic_name("/"));
  for (const auto* topic : {"", "a/+", "#", "\xff", "\xed\xa0\x80"}) EXPECT_FALSE(is_topic_name(topic)) << topic;
  EXPECT_FALSE(is_topic_name(std::string_view("a\0b", 3)));
  EXPECT_FALSE(is_topic_name(std::string(65'536, 'a')));
}

TEST(Covers, ComparesWhatIsMatched) {
  for (const auto& [wide, narrow] : std::vector<std::pair<const char*, const char*>>{
           {"#", "a/+"}, {"a/#", "a"}, {"a/#", "a/+/#"}, {"+/+", "a/b"}, {"a", "a"}, {"+/#", "#"}, {"#", "+/#"}}) {
    EXPECT_TRUE(covers(wide, narrow)) << wide << " " << narrow;
  }
  for (const auto& [wide, narrow] : std::vector<std::pair<const char*, const char*>>{{"a/+", "a/#"},
                                                                                     {"a/+", "a"},
                                                                                     {"a/b", "a/+"},
                                                                                     {"#", "$SYS/a"},
                                                                                     {"+/a", "$SYS/a"},
                                                                                     {"a/+/#", "a/#"},
                                                                                     {"+/+/#", "#"}}) {
    EXPECT_FALSE(covers(wide, narrow)) << wide << " " << narrow;
  }
}

}  // namespace
}  // namespace sluice::message
