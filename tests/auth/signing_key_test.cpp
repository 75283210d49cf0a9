#include "auth/signing_key.h"

#include <gtest/gtest.h>

#include "support/auth/literal.h"

namespace sluice::auth {
namespace {

TEST(SigningKey, SaysItsAlgorithm) {
  EXPECT_EQ(secret_key(literal::secret)->algorithm, Algorithm::hs256);
  EXPECT_EQ(public_key(literal::rsa_public)->algorithm, Algorithm::rs256);
  EXPECT_EQ(public_key(literal::ec_public)->algorithm, Algorithm::es256);
  EXPECT_EQ(private_key(literal::rsa_private)->algorithm, Algorithm::rs256);
  EXPECT_EQ(private_key(literal::ec_private)->algorithm, Algorithm::es256);
}

TEST(SigningKey, RefusesWeakAndWrongOnes) {
  EXPECT_EQ(secret_key("short").error().message,
            "holds 5 bytes: a secret of HS256 has at least 32 (`sluice token secret` makes one)");
  EXPECT_EQ(secret_key(literal::rsa_public).error().message,
            "is a PEM key: those belong to 'keys', a secret is random text");
  EXPECT_EQ(public_key(literal::rsa_private).error().message,
            "holds a private key: the gateway needs the public one only");
  EXPECT_EQ(public_key(literal::small_rsa_public).error().message, "the RSA key has 1024 bits: at least 2048 expected");
  EXPECT_EQ(public_key(literal::p384_public).error().message, "the curve of the key is 'secp384r1': P-256 expected");
  EXPECT_EQ(public_key(literal::secret).error().message, "holds no public key in PEM");
  EXPECT_EQ(private_key(literal::ec_public).error().message, "holds no private key in PEM");
}

TEST(SigningKey, AlgorithmsAreWrittenExactlySo) {
  EXPECT_EQ(*parse_algorithm("ES256"), Algorithm::es256);
  for (const auto* text : {"none", "None", "hs256", "HS384", "PS256", ""}) EXPECT_FALSE(parse_algorithm(text)) << text;
}

}  // namespace
}  // namespace sluice::auth
