#include "auth/static_tokens.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

TEST(StaticTokens, FoundByTheirDigest) {
  const StaticTokens tokens({{"ci", {"admin"}, Value::object(), hash_token("abc")}, {"x", {}, {}, hash_token("def")}});
  ASSERT_NE(tokens.find("abc"), nullptr);
  EXPECT_EQ(StaticTokens::principal(*tokens.find("abc")).name, "token:ci");
  EXPECT_EQ(tokens.find("def")->name, "x");
  EXPECT_EQ(tokens.find("abcd"), nullptr);
  EXPECT_EQ(tokens.find(hash_token("abc")), nullptr) << "who reads the configuration has no token";
}

TEST(StaticTokens, TheFormOfADigest) {
  EXPECT_EQ(hash_token("abc"), "sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_TRUE(is_token_hash(hash_token("abc")));
  EXPECT_FALSE(is_token_hash("sha256:ba78"));
  EXPECT_FALSE(is_token_hash("abc"));
}

}  // namespace
}  // namespace sluice::auth
