#include "base/value.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

namespace sluice {
namespace {

const std::string fourteen(14, 'x');
const std::string fifteen(15, 'x');

TEST(Value, HoldsTextsOnBothSidesOfTheInlineLimit) {
  EXPECT_EQ(Value("").as_text(), "");
  EXPECT_EQ(Value(fourteen).as_text(), fourteen);
  EXPECT_EQ(Value(fifteen).as_text(), fifteen);
}

TEST(Value, KeepsShortTextsInside) {
  EXPECT_EQ(Value(fourteen).heap_bytes(), 0U);
  EXPECT_GT(Value(fifteen).heap_bytes(), 15U);
}

TEST(Value, CopiesDeeply) {
  auto original = Value::object({{"cells", Value::list({1, fifteen})}});
  const auto copy = original;
  original.find("cells")->as_list()[1] = Value("changed");
  EXPECT_EQ(copy, Value::object({{"cells", Value::list({1, fifteen})}}));
}

TEST(Value, IsNullOnceMoved) {
  Value from(fifteen);
  const Value to(std::move(from));
  EXPECT_TRUE(from.is_null());  // NOLINT: what a move leaves is promised
  EXPECT_EQ(to, Value(fifteen));
}

TEST(Value, CanBecomeAPartOfItself) {
  auto value = Value::object({{"a", Value::list({1, fifteen})}});
  value = std::move(*value.find("a"));
  EXPECT_EQ(value, Value::list({1, fifteen}));
}

TEST(Value, CopiesAPartOfItself) {
  auto value = Value::object({{"a", fifteen}});
  value = *value.find("a");
  EXPECT_EQ(value, Value(fifteen));
}

TEST(Value, KnowsNoNanAndNoInfinity) {
  EXPECT_TRUE(Value(std::nan("")).is_null());
  EXPECT_TRUE(Value(std::numeric_limits<double>::infinity()).is_null());
}

TEST(Value, ComparesIntegersWithDoublesExactly) {
  EXPECT_EQ(Value(1), Value(1.0));
  EXPECT_NE(Value(1), Value(1.5));
  EXPECT_NE(Value(std::int64_t{9007199254740993}), Value(9007199254740992.0));
  EXPECT_NE(Value(std::numeric_limits<std::int64_t>::max()), Value(9223372036854775808.0));
}

TEST(Value, NeverEqualsAnotherKind) {
  EXPECT_NE(Value(1), Value("1"));
  EXPECT_NE(Value(1), Value(true));
  EXPECT_NE(Value(0), Value());
  EXPECT_NE(Value::list(), Value::object());
}

TEST(Value, ComparesMembersInAnyOrder) {
  EXPECT_EQ(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"b", 2}, {"a", 1}}));
  EXPECT_NE(Value::object({{"a", 1}, {"b", 2}}), Value::object({{"a", 1}, {"c", 2}}));
  EXPECT_NE(Value::object({{"a", 1}}), Value::object({{"a", 1}, {"b", 2}}));
}

TEST(Value, ComparesManyMembersInAnyOrder) {
  Value forwards;
  Value backwards;
  for (int i = 0; i < 1000; ++i) {
    forwards.set("n" + std::to_string(i), i);
    backwards.set("n" + std::to_string(999 - i), 999 - i);
  }
  EXPECT_EQ(forwards, backwards);
  backwards.set("n7", "other");
  EXPECT_NE(forwards, backwards);
}

TEST(Value, SetsInPlaceAndAppends) {
  Value value;
  value.set("a", 1);
  value.set("b", 2);
  value.set("a", 3);
  ASSERT_EQ(value.as_object().size(), 2U);
  EXPECT_EQ(value.as_object()[0].key(), "a");
  EXPECT_EQ(value.as_object()[0].value, Value(3));
}

TEST(Value, ErasesAMember) {
  auto value = Value::object({{"a", 1}, {"b", 2}});
  EXPECT_TRUE(value.erase("a"));
  EXPECT_FALSE(value.erase("a"));
  EXPECT_EQ(value, Value::object({{"b", 2}}));
}

TEST(Value, FindsNothingInWhatIsNoObject) {
  EXPECT_EQ(Value(3).find("a"), nullptr);
  EXPECT_EQ(Value::list({1}).find("a"), nullptr);
  EXPECT_FALSE(Value(3).erase("a"));
}

TEST(Value, CountsWhatItsPartsHold) {
  const auto empty = Value::list({Value()}).heap_bytes();
  EXPECT_GE(Value::list({fifteen}).heap_bytes(), empty + 15);
}

TEST(Value, NamesItsKinds) {
  EXPECT_EQ(kind_name(Value().kind()), "null");
  EXPECT_EQ(kind_name(Value(1.5).kind()), "number");
  EXPECT_EQ(kind_name(Value::object().kind()), "object");
}

}  // namespace
}  // namespace sluice
