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
  EXPECT_NE(subscriptions.takes("a/b", one), subscriptions.takes("a/b", other));
  EXPECT_TRUE(subscriptions.takes("a/x", one));
  EXPECT_TRUE(subscriptions.takes("x/b", other));
}

TEST(Subscriptions, OneCopyForSeveralFiltersIsTaken) {
  auto subscriptions = granted({"a/+", "+/b"});
  const std::uint32_t both[] = {identifier(subscriptions, "a/+"), identifier(subscriptions, "+/b")};
  EXPECT_TRUE(subscriptions.takes("a/b", both));
  EXPECT_TRUE(subscriptions.takes("a/b", {}));
}

TEST(Subscriptions, AFilterThatIsNotInForceTakesNothingAway) {
  Subscriptions subscriptions;
  subscriptions.set({"a/+", "+/b"});
  for (const auto& filter : subscriptions.filters()) {
    const std::uint32_t identifiers[] = {filter.identifier};
    EXPECT_TRUE(subscriptions.takes("a/b", identifiers)) << filter.text;
  }
}

TEST(Subscriptions, AnIdentifierOfAnEarlierRunIsTakenWhenNoOtherCopyComes) {
  auto subscriptions = granted({"a/+"});
  const std::uint32_t old[] = {identifier(subscriptions, "a/+") == 1 ? 2U : 1U};
  EXPECT_TRUE(subscriptions.takes("a/b", old));
}

TEST(Subscriptions, IdentifiersBelongToTheTextAlone) {
  const auto one = granted({"a/+", "c"});
  const auto other = granted({"x", "c", "y/#"});
  EXPECT_EQ(identifier(one, "c"), identifier(other, "c"));
}

TEST(Subscriptions, ANewSetKeepsWhatStaysAndNamesWhatGoes) {
  auto subscriptions = granted({"a", "b"});
  EXPECT_THAT(subscriptions.set({"b", "c"}), ElementsAre("a"));
  for (const auto& filter : subscriptions.filters()) EXPECT_EQ(filter.in_force, filter.text == "b") << filter.text;
  EXPECT_THAT(subscriptions.set({"b", "c"}), IsEmpty());
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
