#include "base/key_binding.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Value fields() {
  return Value::object({{"site", "a"}, {"line", 2}, {"gone", nullptr}});
}

TEST(KeyBinding, NoneAllowsEverything) {
  EXPECT_FALSE(KeyBinding{}.bound());
  EXPECT_TRUE(KeyBinding{}.allows(fields()));
}

TEST(KeyBinding, AllTestsOfOneAlternativeMustHold) {
  EXPECT_TRUE((KeyBinding{{{{"site", {"a"}}, {"line", {"1", "2"}}}}}.allows(fields())));
  EXPECT_FALSE((KeyBinding{{{{"site", {"a"}}, {"line", {"1"}}}}}.allows(fields())));
  EXPECT_TRUE((KeyBinding{{{{"site", {"b"}}}, {{"line", {"2"}}}}}.allows(fields())));
}

TEST(KeyBinding, MissingAndNullFieldsAreOutside) {
  EXPECT_FALSE((KeyBinding{{{{"other", {""}}}}}.allows(fields())));
  EXPECT_FALSE((KeyBinding{{{{"gone", {"null"}}}}}.allows(fields())));
}

TEST(KeyText, EqualNumbersHaveEqualTexts) {
  std::string buffer;
  EXPECT_EQ(key_text(2.0, buffer), "2");
  EXPECT_EQ(key_text(2, buffer), "2");
  EXPECT_EQ(key_text("2", buffer), "2");
}

}  // namespace
}  // namespace sluice
