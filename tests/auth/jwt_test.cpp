#include "auth/jwt.h"

#include <gtest/gtest.h>

#include "auth/base64url.h"
#include "base/json.h"
#include "base/text.h"
#include "support/auth/literal.h"

namespace sluice::auth {
namespace {

SigningKey secret() {
  return *secret_key(literal::secret);
}
SigningKey rsa() {
  return *public_key(literal::rsa_public);
}
SigningKey ec() {
  return *public_key(literal::ec_public);
}

std::string refusal(std::string_view text) {
  const auto read = Jwt::read(text);
  return read ? "" : read.error().message;
}

/// The literal token with another header or payload and its old signature.
std::string forged(std::string_view header, std::string_view payload = R"({"exp":2000000000})") {
  return base64url(header) + "." + base64url(payload) + "." + std::string(split(literal::hs256, '.')[2]);
}

TEST(Jwt, TokensOfOthersAreReadAndHold) {
  EXPECT_TRUE(Jwt::read(literal::hs256)->signed_by(secret()));
  EXPECT_TRUE(Jwt::read(literal::rs256)->signed_by(rsa()));
  EXPECT_TRUE(Jwt::read(literal::es256)->signed_by(ec()));
  EXPECT_EQ(Jwt::read(literal::es256)->payload.find("sub")->as_text(), "ann");
  EXPECT_EQ(Jwt::read(literal::kid_old)->kid(), "old");
}

TEST(Jwt, AKeyOfAnotherKindNeverHolds) {
  for (const auto* token : {literal::hs256, literal::rs256, literal::es256}) {
    int holding = 0;
    for (const auto& key : {secret(), rsa(), ec()}) holding += Jwt::read(token)->signed_by(key) ? 1 : 0;
    EXPECT_EQ(holding, 1) << token;
  }
}

// RFC 8725 2.1: the public key is known to everyone, also as the secret of an HMAC.
TEST(Jwt, ThePublicKeyIsNoSecret) {
  const auto token = Jwt::read(literal::confused);
  ASSERT_TRUE(token);
  EXPECT_FALSE(token->signed_by(rsa()));
  EXPECT_FALSE(token->signed_by({Algorithm::rs256, literal::rsa_public, ""}));
}

TEST(Jwt, AlgorithmsThatAreNotOurs) {
  const std::string sentence = "the token's algorithm is not one of HS256, RS256, ES256";
  for (const auto* header : {R"({"alg":"none"})", R"({"alg":"NONE"})", R"({"alg":"nOnE"})", R"({"alg":""})",
                             R"({"alg":null})", R"({"alg":["HS256"]})", R"({})", R"({"typ":"JWT"})"}) {
    EXPECT_EQ(refusal(forged(header)), sentence) << header;
  }
  EXPECT_EQ(refusal(literal::lower_case), sentence);
  EXPECT_EQ(refusal(literal::hs512), sentence);
}

TEST(Jwt, UnsignedTokens) {
  const auto parts = split(literal::hs256, '.');
  const auto unsigned_token = std::string(parts[0]) + "." + std::string(parts[1]);
  EXPECT_NE(refusal(unsigned_token), "");
  EXPECT_EQ(refusal(unsigned_token + "."), "the token's signature is no base64url");
  EXPECT_FALSE(Jwt::read(unsigned_token + ".AAAA")->signed_by(secret()));
}

// Of two `alg` members our reading and libjwt's must not differ in their effect.
TEST(Jwt, TwoAlgorithmsInOneHeader) {
  for (const auto* header : {R"({"alg":"HS256","alg":"none"})", R"({"alg":"none","alg":"HS256"})"}) {
    const auto token = Jwt::read(forged(header));
    EXPECT_FALSE(token && token->signed_by(secret())) << header;
  }
}

TEST(Jwt, AnyChangeBreaksTheSignature) {
  for (const std::string whole : {literal::hs256, literal::rs256, literal::es256}) {
    for (std::size_t i = 0; i < whole.size(); i += 7) {
      auto changed = whole;
      changed[i] = changed[i] == 'A' ? 'B' : 'A';
      const auto token = Jwt::read(changed);
      if (!token) continue;
      EXPECT_FALSE(token->signed_by(secret()) || token->signed_by(rsa()) || token->signed_by(ec())) << i;
    }
  }
}

TEST(Jwt, EveryTruncationIsRefused) {
  for (const std::string whole : {literal::hs256, literal::es256}) {
    for (std::size_t size = 0; size < whole.size(); ++size) {
      const auto token = Jwt::read(whole.substr(0, size));
      EXPECT_FALSE(token && (token->signed_by(secret()) || token->signed_by(ec()))) << size;
    }
  }
}

TEST(Jwt, HostileTexts) {
  const std::string whole = literal::hs256;
  for (const auto& text :
       {std::string(), std::string(".."), std::string("..."), std::string("a.b.c"), whole + ".x", "." + whole,
        whole + "=", whole + " ", " " + whole, std::string(100'000, 'A'), std::string(100'000, '.'),
        std::string("e30.e30.e30"), forged("[]"), forged("{\"alg\":\"HS256\"", "{}"),
        forged(R"({"alg":"HS256"})", "[1]"), forged(R"({"alg":"HS256","crit":["exp"]})"),
        forged(R"({"alg":"HS256"})", std::string(5000, '['))}) {
    EXPECT_NE(refusal(text), "") << text.substr(0, 60);
  }
}

TEST(Jwt, SignaturesOfTheWrongLength) {
  EXPECT_FALSE(Jwt::read(literal::es256_der)->signed_by(ec()));
  const auto at = std::string(literal::es256).rfind('.') + 1;
  for (const auto& signature : {std::string(1, 'x'), std::string(64, '\0'), std::string(63, 'x'), std::string(65, 'x'),
                                std::string(2000, 'x')}) {
    const auto token = Jwt::read(std::string(literal::es256).substr(0, at) + base64url(signature));
    ASSERT_TRUE(token);
    EXPECT_FALSE(token->signed_by(ec())) << signature.size();
  }
}

TEST(Jwt, WhatIsSignedHereHolds) {
  const auto claims = Value::object({{"sub", "bob"}, {"exp", 2000000000}, {"role", Value::list({"a", "b"})}});
  auto named = secret();
  named.kid = "new";
  const auto of_secret = Jwt::read(*sign(claims, named));
  EXPECT_EQ(of_secret->payload, claims);
  EXPECT_EQ(of_secret->kid(), "new");
  EXPECT_TRUE(of_secret->signed_by(secret()));
  EXPECT_TRUE(Jwt::read(*sign(claims, *private_key(literal::rsa_private)))->signed_by(rsa()));
  EXPECT_TRUE(Jwt::read(*sign(claims, *private_key(literal::ec_private)))->signed_by(ec()));
}

}  // namespace
}  // namespace sluice::auth
