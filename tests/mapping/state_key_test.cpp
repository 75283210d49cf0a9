#include "mapping/state_key.h"

#include <gtest/gtest.h>

namespace sluice::mapping {
namespace {

std::string key(const Value& a, const Value& b = {}) {
  std::string bytes;
  state_key(Value::object({{"a", a}, {"b", b}}), {"a", "b"}, bytes);
  return bytes;
}

TEST(StateKey, EqualValuesGiveEqualBytes) {
  EXPECT_EQ(key(1), key(1.0));
  EXPECT_EQ(key("x"), key("x"));
  EXPECT_EQ(key(Value::list({1, 2})), key(Value::list({1, 2})));
}

TEST(StateKey, DifferentValuesGiveDifferentBytes) {
  EXPECT_NE(key(1), key("1"));
  EXPECT_NE(key("ab", "c"), key("a", "bc"));
  EXPECT_NE(key(nullptr, "n"), key("n", nullptr));
  EXPECT_NE(key(true), key(false));
  EXPECT_NE(key(1.5), key(1));
}

TEST(StateKey, AMissingFieldCountsAsNull) {
  std::string bytes;
  state_key(Value::object({{"a", 1}}), {"a", "b"}, bytes);
  EXPECT_EQ(bytes, key(1));
}

}  // namespace
}  // namespace sluice::mapping
