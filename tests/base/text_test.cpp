#include "base/text.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

const std::vector<std::string> steps{"set", "when", "throttle", "collect"};

TEST(Nearest, FindsAMissingAndASwappedLetter) {
  EXPECT_EQ(nearest("throtle", steps), "throttle");
  EXPECT_EQ(nearest("colelct", steps), "collect");
}

TEST(Nearest, IsSilentWhenNothingIsNear) {
  EXPECT_EQ(nearest("filter", steps), std::nullopt);
  EXPECT_EQ(nearest("x", steps), std::nullopt);
  EXPECT_EQ(nearest("", steps), std::nullopt);
  EXPECT_EQ(nearest(std::string(10'000, 'x'), steps), std::nullopt);
}

TEST(DidYouMean, IsTheEndOfASentence) {
  EXPECT_EQ(did_you_mean("throtle", steps), " - did you mean 'throttle'?");
  EXPECT_EQ(did_you_mean("filter", steps), "");
}

TEST(Utf8, AcceptsWhatUnicodeCallsWellFormed) {
  EXPECT_TRUE(is_utf8("plain text, longer than a word"));
  EXPECT_TRUE(is_utf8("\u00e4 \u20ac \U0001F600 \U0010FFFF"));
}

TEST(Utf8, RefusesTheRest) {
  EXPECT_FALSE(is_utf8("\xff"));
  EXPECT_FALSE(is_utf8("\xc0\xaf"));          // longer than needed
  EXPECT_FALSE(is_utf8("\xed\xa0\x80"));      // a surrogate
  EXPECT_FALSE(is_utf8("\xf4\x90\x80\x80"));  // above U+10FFFF
  EXPECT_FALSE(is_utf8("12345678\xe2\x82"));  // cut
}

TEST(Excerpt, EscapesWhatALogMustNotHold) {
  EXPECT_EQ(excerpt("a\n\r\t\\b"), "a\\n\\r\\t\\\\b");
  EXPECT_EQ(excerpt(std::string_view("\0\x1b[2J\x7f\xff", 7)), "\\x00\\x1b[2J\\x7f\\xff");
  EXPECT_EQ(excerpt("\u0085"), "\\u0085");
  EXPECT_EQ(excerpt("21 \u00b0C"), "21 \u00b0C");
}

TEST(Excerpt, CutsBetweenCharacters) {
  EXPECT_EQ(excerpt("\u20ac\u20ac", 5), "\u20ac...");
  EXPECT_EQ(excerpt("\u20ac\u20ac", 6), "\u20ac\u20ac");
}

TEST(Split, KeepsEmptyParts) {
  EXPECT_EQ(split("a//b/", '/'), (std::vector<std::string_view>{"a", "", "b", ""}));
  EXPECT_EQ(split("", '/'), (std::vector<std::string_view>{""}));
}

TEST(Trim, TakesSpacesAndTabsFromTheEnds) {
  EXPECT_EQ(trim(" \ta b\t "), "a b");
  EXPECT_EQ(trim("  "), "");
}

TEST(ParseInt, ReadsSixtyFourBits) {
  EXPECT_EQ(parse_int("0"), 0);
  EXPECT_EQ(parse_int("-9223372036854775808"), INT64_MIN);
  EXPECT_EQ(parse_int("9223372036854775808"), std::nullopt);
}

TEST(ParseInt, RefusesOtherSpellings) {
  for (const auto* text : {"", "-", "007", "-01", "+1", "1.0", " 1", "1 ", "0x1"})
    EXPECT_EQ(parse_int(text), std::nullopt);
}

TEST(ParseNumber, ReadsJsonNumbers) {
  EXPECT_EQ(parse_number("21.5"), 21.5);
  EXPECT_EQ(parse_number("-1e3"), -1000);
  EXPECT_EQ(parse_number("123456789012345678901"), 123456789012345678901.0);
  EXPECT_EQ(parse_number("1e-999"), 0);
}

TEST(ParseNumber, RefusesOtherSpellings) {
  for (const auto* text : {"", "-", ".5", "5.", "01", "+1", "1e", "nan", "inf", "0x1p3", "1e999", "1 "}) {
    EXPECT_EQ(parse_number(text), std::nullopt) << text;
  }
}

}  // namespace
}  // namespace sluice
