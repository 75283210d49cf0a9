#include "auth/digest.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

TEST(Digest, KnownAnswers) {
  // FIPS 180-2 A.1 and B.1, RFC 4231 4.3
  EXPECT_EQ(hex(sha1("abc")), "a9993e364706816aba3e25717850c26c9cd0d89d");
  EXPECT_EQ(hex(sha256("abc")), "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
  EXPECT_EQ(hex(hmac_sha256("Jefe", "what do ya want for nothing?")),
            "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843");
}

TEST(Digest, Equality) {
  EXPECT_TRUE(equal("secret", "secret"));
  EXPECT_FALSE(equal("secret", "secreT"));
  EXPECT_FALSE(equal("secret", "secret "));
  EXPECT_TRUE(equal("", ""));
}

TEST(Digest, RandomTokensDiffer) {
  EXPECT_EQ(random_token().size(), 43u);
  EXPECT_NE(random_token(), random_token());
}

}  // namespace
}  // namespace sluice::auth
