#include "auth/password.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

// made by `openssl passwd -6`
constexpr const char* sha512_of_hello =
    "$6$saltsalt$YTeBOLnmm3CoeJTzBuijUEtOEWCqrw/nQ8/AeMmON4LGp3k0ZiMjC1OdqzWFUAfDQBvYkOch9BWtQTBcZ1E/p0";

TEST(Password, HashHoldsForItsPasswordOnly) {
  const auto hash = hash_password("correct horse");
  EXPECT_TRUE(hash.starts_with("$y$"));
  EXPECT_TRUE(is_password_hash(hash));
  EXPECT_TRUE(password_holds("correct horse", hash));
  EXPECT_FALSE(password_holds("correct horsE", hash));
  EXPECT_FALSE(password_holds("", hash));
  EXPECT_NE(hash_password("correct horse"), hash) << "a salt of its own";
}

TEST(Password, HashesOfOtherToolsAreUnderstood) {
  EXPECT_TRUE(is_password_hash(sha512_of_hello));
  EXPECT_TRUE(password_holds("hello", sha512_of_hello));
  EXPECT_FALSE(password_holds("Hello", sha512_of_hello));
}

TEST(Password, ANulDoesNotCutAPassword) {
  EXPECT_FALSE(password_holds(std::string("hello\0more", 10), sha512_of_hello));
}

TEST(Password, WhatIsNoHash) {
  for (const auto* text :
       {"", "hello", "$y$", "$y$j9T$abc", "$1$saltsalt$qjXMvbEw8oaL.CzflDtaK/", "*", "$9$x$y", "sha256:00"}) {
    EXPECT_FALSE(is_password_hash(text)) << text;
    EXPECT_FALSE(password_holds("", text)) << text;
  }
}

}  // namespace
}  // namespace sluice::auth
