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

TEST(Json, AnObjectsFieldsAreTheRecord) {
  EXPECT_EQ(decoded("json", R"({"a":1,"b":[true,null]})"), R"({"a":1,"b":[true,null]})");
}

TEST(Json, AnythingElseIsItsValue) {
  EXPECT_EQ(decoded("json", "21.5"), R"({"value":21.5})");
  EXPECT_EQ(decoded("json", "[1]"), R"({"value":[1]})");
}

TEST(Json, ZeroBytesAreNullForEveryCodec) {
  EXPECT_EQ(decoded("json", ""), R"({"value":null})");
  EXPECT_EQ(decoded("text", ""), R"({"value":null})");
  EXPECT_EQ(decoded("{struct: {a: u8}}", ""), R"({"value":null})");
  EXPECT_EQ(decoded("[hex, cbor]", ""), R"({"value":null})");
}

TEST(Json, FieldsOfReservedNamesStayOut) {
  EXPECT_EQ(decoded("json", R"({"msg":1,"latest":2,"this":3,"a":4})"), R"({"a":4})");
}

TEST(Json, BrokenJsonIsAFailure) {
  EXPECT_THAT(decoded("json", R"({"a":)"), testing::StartsWith("! "));
}

TEST(Json, APayloadAboveItsBoundIsAFailure) {
  EXPECT_EQ(decoded("json", std::string(300 * 1024, ' ')), "! payload of 307200 bytes is above 262144");
}

TEST(Text, IsTheValue) {
  EXPECT_EQ(decoded("text", "online"), R"({"value":"online"})");
  EXPECT_EQ(decoded("text", "21.5"), R"({"value":"21.5"})");
}

TEST(Text, MustBeUtf8) {
  EXPECT_EQ(decoded("text", "\xff"), "! payload is no UTF-8 text");
}

TEST(Auto, IsJsonElseText) {
  EXPECT_EQ(decoded("auto", "21.5"), R"({"value":21.5})");
  EXPECT_EQ(decoded("auto", R"({"a":1})"), R"({"a":1})");
  EXPECT_EQ(decoded("auto", "nan"), R"({"value":"nan"})");
}

}  // namespace
}  // namespace sluice::test
