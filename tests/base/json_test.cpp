#include "base/json.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

Value read(std::string_view text) {
  auto value = parse_json(text);
  EXPECT_TRUE(value) << (value ? "" : value.error().message);
  return value ? std::move(*value) : Value("unreadable");
}

std::string error_of(std::string_view text) {
  const auto value = parse_json(text);
  return value ? "read as " + to_json(*value) : value.error().message;
}

TEST(ParseJson, ReadsAllKinds) {
  EXPECT_EQ(read(R"( {"a": [null, true, -3, 2.5, "x"], "b": {}} )"),
            Value::object({{"a", Value::list({nullptr, true, -3, 2.5, "x"})}, {"b", Value::object()}}));
}

TEST(ParseJson, ReadsBareScalars) {
  EXPECT_EQ(read("21.5"), Value(21.5));
  EXPECT_EQ(read(" 7 "), Value(7));
  EXPECT_EQ(read("\"on\""), Value("on"));
  EXPECT_EQ(read("false"), Value(false));
  EXPECT_EQ(read("null"), Value());
}

TEST(ParseJson, KeepsWholeNumbersWhole) {
  EXPECT_TRUE(read("9223372036854775807").is_int());
  EXPECT_TRUE(read("-9223372036854775808").is_int());
  EXPECT_FALSE(read("1.0").is_int());
}

TEST(ParseJson, MakesDoublesOfIntegersBeyondSixtyFourBits) {
  EXPECT_EQ(read("9223372036854775808"), Value(9223372036854775808.0));
  EXPECT_EQ(read("18446744073709551616"), Value(18446744073709551616.0));
  EXPECT_EQ(read("[-123456789012345678901234 ]"), Value::list({-123456789012345678901234.0}));
}

TEST(ParseJson, ReadsTheRestOfATextWithAHugeIntegerAsEver) {
  EXPECT_EQ(read(R"({"a":[123456789012345678901,null,true,"x",-3,2.5,18446744073709551615],"b":{},"a":1})"),
            Value::object({{"a", 1}, {"b", Value::object()}}));
  EXPECT_EQ(error_of("[123456789012345678901"), "not JSON: a wrong or missing character at byte 23");
  EXPECT_FALSE(parse_json("[[123456789012345678901]]", 1));
}

TEST(ParseJson, RefusesNumbersBeyondADouble) {
  EXPECT_EQ(error_of("[1e999]"), "not JSON: '1e999' is beyond a double");
}

TEST(ParseJson, TakesTheLastOfDuplicatesInTheFirstOnesPlace) {
  EXPECT_EQ(to_json(read(R"({"a":1,"b":2,"a":3})")), R"({"a":3,"b":2})");
}

TEST(ParseJson, FindsDuplicatesAmongManyMembers) {
  std::string text = "{";
  for (int i = 0; i < 100; ++i) text += "\"n" + std::to_string(i) + "\":0,";
  const auto value = read(text + "\"n3\":1,\"n99\":2}");
  EXPECT_EQ(value.as_object().size(), 100U);
  EXPECT_EQ(*value.find("n3"), Value(1));
  EXPECT_EQ(*value.find("n99"), Value(2));
}

TEST(ParseJson, UnescapesTextsAndNames) {
  EXPECT_EQ(read(R"({"\u00e4\n": "\ud83d\ude00"})"), Value::object({{"\u00e4\n", "\U0001F600"}}));
}

TEST(ParseJson, SaysWhatIsWrong) {
  EXPECT_EQ(error_of(""), "not JSON: nothing there");
  EXPECT_EQ(error_of("  "), "not JSON: nothing there");
  EXPECT_EQ(error_of("{\"a\":\"\xff\"}"), "not JSON: bad UTF-8");
  EXPECT_EQ(error_of("[1,2"), "not JSON: a wrong or missing character at byte 5");
}

TEST(ParseJson, RefusesWhatIsNoJson) {
  for (const auto* text : {"[1,]",        "{\"a\":1,}",
                           "[1 2]",       "{\"a\" 1}",
                           "{a:1}",       "{\"a\":1}}",
                           "[1]]",        "1 2",
                           "nan",         "01",
                           "-",           "+1",
                           "tru",         "truex",
                           "nullx",       "falsey",
                           "\"a",         "'a'",
                           "[\"\t\"]",    R"("\x")",
                           R"("\ud800")", "{}{}",
                           "[}",          ",",
                           "]",           "\xEF\xBB\xBF{}",
                           "[1.]",        "[.5]",
                           "[1e]",        "[0x10]",
                           "// a\n1",     "{1:2}",
                           "{\"a\":}",    "[,1]",
                           "\"a\" \"b\"", "null null",
                           "true,"}) {
    EXPECT_FALSE(parse_json(text)) << text;
  }
}

TEST(ParseJson, BoundsTheDepth) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_json(nested(64)));
  EXPECT_EQ(error_of(nested(65)), "not JSON: nested deeper than 64 levels");
  EXPECT_FALSE(parse_json(nested(100'000)));
  EXPECT_FALSE(parse_json("[[1]]", 1));
}

TEST(ParseJson, ReadsOnAfterAnError) {
  EXPECT_FALSE(parse_json("[1,"));
  EXPECT_EQ(read("[1]"), Value::list({1}));
}

TEST(WriteJson, IsOneLineInOrder) {
  EXPECT_EQ(
      to_json(Value::object({{"b", Value::list({1, nullptr, true})}, {"a", Value::object()}, {"c", Value::list()}})),
      R"({"b":[1,null,true],"a":{},"c":[]})");
}

TEST(WriteJson, WritesNumbersShortestExact) {
  EXPECT_EQ(to_json(21.5), "21.5");
  EXPECT_EQ(to_json(95.0), "95");
  EXPECT_EQ(to_json(100000.0), "100000");
  EXPECT_EQ(to_json(0.1), "0.1");
  EXPECT_EQ(to_json(0.0001), "0.0001");
  EXPECT_EQ(to_json(-0.5), "-0.5");
  EXPECT_EQ(to_json(3300.05), "3300.05");
  EXPECT_EQ(to_json(0.30000000000000004), "0.30000000000000004");
  EXPECT_EQ(to_json(12345678901.0625), "12345678901.0625");
  EXPECT_EQ(to_json(1e22), "1e+22");
  EXPECT_EQ(to_json(-0.0), "0");
  EXPECT_EQ(to_json(std::int64_t{INT64_MIN}), "-9223372036854775808");
}

TEST(WriteJson, EscapesWhatALineMustNotHold) {
  EXPECT_EQ(to_json("a\"\\\n\r\t\x01"), R"("a\"\\\n\r\t\u0001")");
  EXPECT_EQ(to_json("\u2028\u2029"), R"("\u2028\u2029")");
  EXPECT_EQ(to_json(Value::object({{"\n", 1}})), R"({"\n":1})");
}

TEST(WriteJson, ReplacesBytesThatAreNoUtf8) {
  EXPECT_EQ(to_json("a\xff\xe2\x82z\u00e4"), "\"a\uFFFD\uFFFD\uFFFDz\u00e4\"");
}

TEST(WriteJson, IsReadBackTheSame) {
  for (const double number : {1e300, 5e-324, 0.1 + 0.2, 1e21, 123456789.125, 9007199254740993.0, 1e-7}) {
    EXPECT_EQ(read(to_json(number)), Value(number));
  }
}

TEST(WriteJson, IsWrittenOverSeveralLinesForPeople) {
  const auto value = parse_json(R"({"a":[1,{"b":null}],"c":{},"d":[]})").value();
  EXPECT_EQ(to_pretty_json(value), R"({
  "a": [
    1,
    {
      "b": null
    }
  ],
  "c": {},
  "d": []
}
)");
}

}  // namespace
}  // namespace sluice
