#include <gmock/gmock.h>

#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

/// What the payload, given in hex, decodes to: the event's JSON, or the failure.
std::string decoded(const std::string& hex) {
  const auto lines = events_of("rules: [{topic: t, codec: [hex, zstd, json], emit: x}]", {{0, "t", hex}});
  std::string text;
  for (const auto& line : lines) text += (text.empty() ? "" : "; ") + (line[0] == '!' ? line : line.substr(6));
  return text;
}

constexpr auto one_frame = "28b52ffd04583900007b2261223a317d488bfc32";

TEST(Zstd, IsDecompressed) {
  EXPECT_EQ(decoded(one_frame), R"({"a":1})");
}

TEST(Zstd, FramesFollowOneAnother) {
  EXPECT_EQ(decoded("28b52ffd04582900007b2261223abe38831e28b52ffd0458110000317dd4d07ee3"), R"({"a":1})");
}

TEST(Zstd, TextAsLongAsTheBufferIsWhole) {
  const auto lines =
      events_of("rules: [{topic: t, codec: [hex, zstd, json], steps: [{set: {value: =len(value)}}], emit: x}]",
                {{0, "t", "28b52ffd0468550000182278220100fa9f0758b929b898"}});
  EXPECT_THAT(lines, testing::ElementsAre(R"(0ms x {"value":16382})"));
}

TEST(Zstd, OtherBytesAreAFailure) {
  EXPECT_EQ(decoded("706c61696e"), "! payload is no zstd");
  EXPECT_EQ(decoded(std::string(one_frame) + "00"), "! payload is no zstd");
}

TEST(Zstd, ACutOneIsAFailure) {
  const std::string whole = one_frame;
  for (std::size_t digits = 2; digits < whole.size(); digits += 2) {
    EXPECT_EQ(decoded(whole.substr(0, digits)), "! payload ends within its zstd") << digits;
  }
}

TEST(Zstd, WhatGrowsBeyondThePayloadsBoundIsAFailure) {
  EXPECT_EQ(decoded("28b52ffd04684c000008300100fcff39100202001030039f043069ae9da3"),
            "! decoded payload is above 262144 bytes");
}

TEST(Zstd, AWindowBeyondEightMebibytesIsAFailure) {
  EXPECT_EQ(decoded("28b52ffd0088010000"), "! zstd payload asks for a window above 8 MiB");
}

}  // namespace
}  // namespace sluice::test
