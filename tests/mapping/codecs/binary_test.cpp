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

// RFC 8949, appendix A: {"a": 1, "b": [2, 3]}; 1.1; -1000; undefined sizes; a tag.
TEST(Cbor, ReadsTheExamplesOfItsStandard) {
  EXPECT_EQ(decoded("[hex, cbor]", "a26161016162820203"), R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(decoded("[hex, cbor]", "fb3ff199999999999a"), R"({"value":1.1})");
  EXPECT_EQ(decoded("[hex, cbor]", "3903e7"), R"({"value":-1000})");
  EXPECT_EQ(decoded("[hex, cbor]", "bf61610161629f0203ffff"), R"({"a":1,"b":[2,3]})");
  EXPECT_EQ(decoded("[hex, cbor]", "d8201a514b67b0"), R"({"value":1363896240})");
}

TEST(Cbor, BytesAreBase64UrlTexts) {
  EXPECT_EQ(decoded("[hex, cbor]", "44fbff0102"), R"({"value":"-_8BAg"})");
}

TEST(Cbor, NanIsNull) {
  EXPECT_EQ(decoded("[hex, cbor]", "f97e00"), R"({"value":null})");
}

TEST(Cbor, OfDuplicateNamesTheLastWins) {
  EXPECT_EQ(decoded("[hex, cbor]", "a3616101616202616103"), R"({"a":3,"b":2})");
}

TEST(Cbor, CutShortIsAFailure) {
  EXPECT_EQ(decoded("[hex, cbor]", "a261"), "! payload is no CBOR: byte 3 does not fit");
}

TEST(Cbor, BytesAfterItsEndAreAFailure) {
  EXPECT_THAT(decoded("[hex, cbor]", "0102"), testing::StartsWith("! payload is no CBOR"));
}

TEST(Cbor, DeepNestingIsAFailure) {
  std::string nested;
  for (int i = 0; i < 65; ++i) nested += "81";
  EXPECT_EQ(decoded("[hex, cbor]", nested + "01"), "! payload is no CBOR: nested deeper than 64");
}

TEST(Cbor, AHugeSizeIsAFailureAndTakesNoMemory) {
  EXPECT_THAT(decoded("[hex, cbor]", "9bffffffffffffffff"), testing::StartsWith("! payload is no CBOR"));
  EXPECT_THAT(decoded("[hex, cbor]", "7b7fffffffffffffff61"), testing::StartsWith("! payload is no CBOR"));
}

TEST(Cbor, TextMustBeUtf8) {
  EXPECT_EQ(decoded("[hex, cbor]", "61ff"), "! payload is no CBOR: a text is no UTF-8");
}

TEST(MessagePack, ReadsMapsAndNumbers) {
  EXPECT_EQ(decoded("[hex, msgpack]", "82a16101a162cb3ff8000000000000"), R"({"a":1,"b":1.5})");
}

TEST(Bson, ReadsADocument) {
  EXPECT_EQ(decoded("[hex, bson]", "0c0000001061000100000000"), R"({"a":1})");
}

TEST(Ubjson, ReadsAnObject) {
  EXPECT_EQ(decoded("ubjson",
                    "{i\x01"
                    "ai\x01}"),
            R"({"a":1})");
}

}  // namespace
}  // namespace sluice::test
