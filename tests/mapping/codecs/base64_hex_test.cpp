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

TEST(Base64, GivesTheBytesThatTheNextReads) {
  EXPECT_EQ(decoded("[base64, json]", "eyJhIjoxfQ=="), R"({"a":1})");
}

TEST(Base64, NeedsNoPaddingAndReadsTheUrlAlphabet) {
  EXPECT_EQ(decoded("[base64, json]", "eyJhIjoxfQ"), R"({"a":1})");
  EXPECT_EQ(decoded("[base64, {struct: {a: [u8]}}]", "-_8="), R"({"a":[251,255]})");
}

TEST(Base64, OtherTextIsAFailure) {
  EXPECT_EQ(decoded("[base64, json]", "e!"), "! payload is no base64 text");
  EXPECT_EQ(decoded("[base64, json]", "e"), "! payload is no base64 text");
}

TEST(Hex, SkipsWhiteSpace) {
  EXPECT_EQ(decoded("[hex, text]", "6f 4B\n"), R"({"value":"oK"})");
}

TEST(Hex, HalfAByteIsAFailure) {
  EXPECT_EQ(decoded("[hex, text]", "6f4"), "! payload is no hexadecimal text: its last byte has one digit");
}

}  // namespace
}  // namespace sluice::test
