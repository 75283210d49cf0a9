#include "mqtt/subscriptions.h"

#include <gmock/gmock.h>

namespace sluice::mqtt {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;

std::uint32_t identifier(const Subscriptions& subscriptions, std::string_view text) {
  for (const auto& filter : subscriptions.filters()) {
    if (filter.text == text) return filter.identifier;
  }
  ADD_FAILURE() << text;
  return 0;
}

Subscriptions granted(std::vector<std::string> filters) {
  Subscriptions subscriptions;
  subscriptions.set(std::move(filters));
  for (const auto& filter : std::vector(subscriptions.filters())) subscriptions.granted(filter.identifier);
  return subscriptions;
}

TEST(Subscriptions, OfOverlappingCopiesOneIsTaken) {
  auto subscriptions = granted({"a/+", "+/b", "c"});
  const std::uint32_t one[] = {identifier(subscriptions, "a/+")};
  const std::uint32_t other[] = {identifier(subscriptions, "+/b")};
  EXPECT_NE(subscriptions.takes({.topic = "a/b", .identifiers = one}),
            subscriptions.takes({.topic = "a/b", .identifiers = other}));
  EXPECT_TRUE(subscriptions.takes({.topic = "a/x", .identifiers = one}));
  EXPECT_TRUE(subscriptions.takes({.topic = "x/b", .identifiers = other}));
}

TEST(Subscriptions, OneCopyForSeveralFiltersIsTaken) {
  auto subscriptions = granted({"a/+", "+/b"});
  const std::uint32_t both[] = {identifier(subscriptions, "a/+"), identifier(subscriptions, "+/b")};
  EXPECT_TRUE(subscriptions.takes({.topic = "a/b", .identifiers = both}));
  EXPECT_TRUE(subscriptions.takes({.topic = "a/b", .identifiers = {}}));
}

TEST(Subscriptions, AFilterThatIsNotInForceTakesNothingAway) {
  Subscriptions subscriptions;
  subscriptions.set({"a/+", "+/b"});
  for (const auto& filter : subscriptions.filters()) {
    const std::uint32_t identifiers[] = {filter.identifier};
    EXPECT_TRUE(subscriptions.takes({.topic = "a/b", .identifiers = identifiers})) << filter.text;
  }
}

TEST(Subscriptions, AnIdentifierOfAnEarlierRunIsTakenWhenNoOtherCopyComes) {
  auto subscriptions = granted({"a/+"});
  const std::uint32_t old[] = {identifier(subscriptions, "a/+") == 1 ? 2U : 1U};
  EXPECT_TRUE(subscriptions.takes({.topic = "a/b", .identifiers = old}));
}

TEST(Subscriptions, IdentifiersBelongToTheTextAlone) {
  const auto one = granted({"a/+", "c"});
  const auto other = granted({"x", "c", "y/#"});
  EXPECT_EQ(identifier(one, "c"), identifier(other, "c"));
}

TEST(Subscriptions, ANewSetKeepsWhatStaysAndEndsWhatGoes) {
  auto subscriptions = granted({"a", "b"});
  subscriptions.set({"b", "c"});
  for (const auto& filter : subscriptions.filters()) EXPECT_EQ(filter.in_force, filter.text != "c") << filter.text;
  EXPECT_THAT(subscriptions.end_leaving(), ElementsAre("a"));
  EXPECT_THAT(subscriptions.end_leaving(), IsEmpty());
}

TEST(Subscriptions, OneThatGoesStaysUntilTheOneInItsPlaceIsInForce) {
  auto subscriptions = granted({"a/+"});
  subscriptions.set({"a/#"});
  EXPECT_THAT(subscriptions.end_leaving(), IsEmpty());
  subscriptions.granted(identifier(subscriptions, "a/#"));
  EXPECT_THAT(subscriptions.end_leaving(), ElementsAre("a/+"));
}

TEST(Subscriptions, OneWhoseSuccessorIsRefusedStays) {
  auto subscriptions = granted({"a/+"});
  subscriptions.set({"a/#"});
  subscriptions.refused(identifier(subscriptions, "a/#"));
  EXPECT_THAT(subscriptions.end_leaving(), IsEmpty());
  EXPECT_FALSE(subscriptions.may_settle());
}

TEST(Subscriptions, OneThatComesBackBeforeItWasEndedGoesOn) {
  auto subscriptions = granted({"a/+"});
  subscriptions.set({"a/#"});
  subscriptions.set({"a/+"});
  EXPECT_TRUE(subscriptions.filters()[0].in_force || subscriptions.filters()[1].in_force);
  EXPECT_THAT(subscriptions.end_leaving(), ElementsAre("a/#"));
}

/// A change from one filter to another, and the copies of messages that come meanwhile.
struct Change {
  Change(const std::string& from, const std::string& to) : subscriptions(granted({from})) {
    subscriptions.set({to});
    before[0] = identifier(subscriptions, from);
    after[0] = identifier(subscriptions, to);
  }
  void grant() { subscriptions.granted(after[0]); }
  bool comes(std::string_view payload, std::span<const std::uint32_t> under, bool retain = false) {
    return subscriptions.takes({.topic = "a/b", .identifiers = under, .payload = payload, .retain = retain});
  }
  Subscriptions subscriptions;
  std::uint32_t before[1] = {0};
  std::uint32_t after[1] = {0};
};

TEST(SubscriptionsChange, EachMessageIsTakenOnceWhateverTheBrokerHadQueued) {
  for (const auto& [from, to] : std::vector<std::pair<const char*, const char*>>{{"a/+", "a/#"}, {"a/#", "a/+"}}) {
    for (const bool old_first : {true, false}) {
      SCOPED_TRACE(from);
      Change change(from, to);
      const auto& first = old_first ? change.before : change.after;
      const auto& second = old_first ? change.after : change.before;
      EXPECT_TRUE(change.comes("1", change.before));
      change.grant();
      EXPECT_TRUE(change.comes("2", change.before));  // queued before the SUBACK overtook it
      for (const auto* payload : {"3", "4", "4"}) {
        EXPECT_TRUE(change.comes(payload, first)) << payload;
        EXPECT_FALSE(change.comes(payload, second)) << payload;
      }
      EXPECT_THAT(change.subscriptions.end_leaving(), ElementsAre(from));
      EXPECT_TRUE(change.comes("5", first));  // queued before the UNSUBSCRIBE
      EXPECT_FALSE(change.comes("5", second));
      EXPECT_TRUE(change.comes("6", change.after));
      EXPECT_TRUE(change.comes("6", change.after));
      EXPECT_TRUE(change.subscriptions.may_settle());
      change.subscriptions.settle();
      EXPECT_TRUE(change.comes("6", change.after));
      EXPECT_EQ(change.subscriptions.filters().size(), 1U);
    }
  }
}

TEST(SubscriptionsChange, WhatTheBrokerHasStoredComesForTopicsOnlyThatAreNew) {
  Change change("a/+", "#");
  change.grant();
  EXPECT_FALSE(change.comes("1", change.after, true));
  EXPECT_TRUE(change.subscriptions.takes({.topic = "x", .identifiers = change.after, .payload = "1", .retain = true}));
}

TEST(SubscriptionsChange, OfTwoNewFiltersOneBringsAStoredMessage) {
  auto subscriptions = granted({"x"});
  subscriptions.set({"x", "a/+", "+/b"});
  const std::uint32_t one[] = {identifier(subscriptions, "a/+")};
  const std::uint32_t other[] = {identifier(subscriptions, "+/b")};
  const auto takes = [&](std::span<const std::uint32_t> under) {
    return subscriptions.takes({.topic = "a/b", .identifiers = under, .payload = "1", .retain = true});
  };
  EXPECT_NE(takes(one), takes(other));
}

TEST(SubscriptionsChange, ALostSessionEndsIt) {
  Change change("a/+", "a/#");
  change.subscriptions.connected(false);
  EXPECT_FALSE(change.subscriptions.unsettled());
  EXPECT_EQ(change.subscriptions.filters().size(), 1U);
}

TEST(SubscriptionsChange, AKeptSessionGoesOnWithIt) {
  Change change("a/+", "a/#");
  change.grant();
  change.subscriptions.end_leaving();
  change.subscriptions.connected(true);
  EXPECT_THAT(change.subscriptions.end_leaving(), ElementsAre("a/+"));
}

TEST(Subscriptions, AKeptSessionKeepsThemInForce) {
  auto subscriptions = granted({"a"});
  subscriptions.connected(true);
  EXPECT_TRUE(subscriptions.filters()[0].in_force);
  subscriptions.connected(false);
  EXPECT_FALSE(subscriptions.filters()[0].in_force);
  EXPECT_TRUE(subscriptions.filters()[0].granted_before);
}

TEST(Overlap, IsWhetherSomeTopicMatchesBoth) {
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"a/+", "+/b"}, {"a/#", "a"}, {"#", "a"}, {"a/#", "+/+/c"}, {"a", "a"}, {"$SYS/#", "$SYS/+/x"}}) {
    EXPECT_TRUE(overlap(a, b)) << a << " " << b;
    EXPECT_TRUE(overlap(b, a)) << b << " " << a;
  }
  for (const auto& [a, b] : std::vector<std::pair<const char*, const char*>>{
           {"a/+", "b/+"}, {"a/+", "a"}, {"#", "$SYS/x"}, {"+/x", "$SYS/x"}, {"a/b/c", "a/+"}}) {
    EXPECT_FALSE(overlap(a, b)) << a << " " << b;
    EXPECT_FALSE(overlap(b, a)) << b << " " << a;
  }
}

}  // namespace
}  // namespace sluice::mqtt
