#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

/// What the payload decodes to, as the event's JSON, or the failure.
std::string decoded(const std::string& codec, std::string payload) {
  const auto lines = events_of("rules: [{topic: t, codec: " + codec + ", emit: x}]", {{0, "t", std::move(payload)}});
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + (line[0] == '!' ? line : line.substr(6));
  return text;
}

TEST(Struct, ReadsIntegersInBothOrders) {
  EXPECT_EQ(decoded("[hex, {struct: {a: u16be, b: u16le, c: i8}}]", "0102 0102 ff"), R"({"a":258,"b":513,"c":-1})");
}

TEST(Struct, ReadsSignsAndWidths) {
  EXPECT_EQ(decoded("[hex, {struct: {a: i16be, b: i32le, c: u64be, d: i64be}}]",
                    "fffe feffffff ffffffffffffffff ffffffffffffffff"),
            R"({"a":-2,"b":-2,"c":18446744073709551616,"d":-1})");
}

TEST(Struct, ReadsFloatsAndNanAsNull) {
  EXPECT_EQ(decoded("[hex, {struct: {a: f32be, b: f64le, c: f32be}}]", "3fc00000 000000000000f8bf 7fc00000"),
            R"({"a":1.5,"b":-1.5,"c":null})");
}

TEST(Struct, ListsHaveALengthOrTakeTheRest) {
  EXPECT_EQ(decoded("[hex, {struct: {a: [u8, 2], b: [u16be]}}]", "0102 0003 0004"), R"({"a":[1,2],"b":[3,4]})");
}

TEST(Struct, TextEndsAtNulAndSkipIsLeftOut) {
  EXPECT_EQ(decoded("{struct: {name: text 4, _: skip 2, n: u8}}", std::string("ab\0d--\x05", 7)),
            R"({"name":"ab","n":5})");
}

TEST(Struct, BitsAreBoolsAndRangesInts) {
  EXPECT_EQ(decoded("[hex, {struct: {f: {type: u8, bits: {on: 0, off: 1, mode: 4..6}}}}]", "51"),
            R"({"f":{"on":true,"off":false,"mode":5}})");
}

TEST(Struct, MissingAndLeftOverBytesAreFailures) {
  EXPECT_EQ(decoded("[hex, {struct: {a: u8, b: u16be}}]", "0102"), "! payload of 2 bytes ends within 'b'");
  EXPECT_EQ(decoded("[hex, {struct: {a: u8}}]", "0102"), "! payload of 2 bytes has 1 left over");
  EXPECT_EQ(decoded("[hex, {struct: {a: [u16be]}}]", "010203"), "! payload of 3 bytes has 1 left over");
}

}  // namespace
}  // namespace sluice::test
