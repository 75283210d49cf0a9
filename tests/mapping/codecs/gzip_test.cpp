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

TEST(Gzip, IsInflated) {
  EXPECT_EQ(decoded("[hex, gzip, json]", "1f8b0800000000000203ab564a54b232ac0500afac1b5607000000"), R"({"a":1})");
}

TEST(Gzip, OtherBytesAreAFailure) {
  EXPECT_EQ(decoded("[gzip, json]", "plain"), "! payload is no gzip");
}

TEST(Gzip, ACutOneIsAFailure) {
  EXPECT_EQ(decoded("[hex, gzip, json]", "1f8b0800000000000203ab564a54b232ac0500af"), "! payload is no gzip");
}

TEST(Gzip, WhatGrowsBeyondThePayloadsBoundIsAFailure) {
  EXPECT_EQ(
      decoded(
          "[hex, gzip, json]",
          "1f8b0800000000000203edc13101000000c2a02aeb9fd2147e4001000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000000"
          "0000000000000000000000000000000000000000000000000000000000000000000000c0df00740b5fbc801a0600"),
      "! decoded payload is above 262144 bytes");
}

}  // namespace
}  // namespace sluice::test
