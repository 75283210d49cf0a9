#include "auth/base64url.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

// The vectors of RFC 4648 10, without padding.
TEST(Base64url, BothWays) {
  for (const auto& [bytes, text] : {std::pair{"", ""},
                                    {"f", "Zg"},
                                    {"fo", "Zm8"},
                                    {"foo", "Zm9v"},
                                    {"foob", "Zm9vYg"},
                                    {"fooba", "Zm9vYmE"},
                                    {"foobar", "Zm9vYmFy"}}) {
    EXPECT_EQ(base64url(bytes), text);
    EXPECT_EQ(from_base64url(text), bytes);
  }
  EXPECT_EQ(base64url("\xfb\xff"), "-_8");
}

TEST(Base64url, PaddedInTheFirstAlphabet) {
  EXPECT_EQ(base64("f"), "Zg==");
  EXPECT_EQ(base64("fo"), "Zm8=");
  EXPECT_EQ(base64("foo"), "Zm9v");
  EXPECT_EQ(base64("\xfb\xff"), "+/8=");
}

TEST(Base64url, OneTextOnlyForEachBytes) {
  EXPECT_EQ(from_base64url("Zh"), std::nullopt) << "bits left over";
  EXPECT_EQ(from_base64url("Zg=="), std::nullopt) << "padding";
  EXPECT_EQ(from_base64url("Zm9vY"), std::nullopt) << "length";
  EXPECT_EQ(from_base64url("+/8"), std::nullopt) << "the other alphabet";
  EXPECT_EQ(from_base64url("Zm 9v"), std::nullopt) << "a space";
}

}  // namespace
}  // namespace sluice::auth
