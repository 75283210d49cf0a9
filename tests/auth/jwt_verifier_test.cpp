#include "auth/jwt_verifier.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/auth/files.h"
#include "support/auth/literal.h"

namespace sluice::auth {
namespace {

using testing::ElementsAre;

constexpr Timestamp now = at_ms(1'900'000'000'000);

struct Verifier : testing::Test {
  JwtOptions options(std::vector<Algorithm> algorithms = {Algorithm::hs256}) {
    JwtOptions made;
    made.algorithms = std::move(algorithms);
    made.keys = {{files.write("secret", std::string(literal::secret) + "\n"), "", true, "sluice.yaml:2:3"}};
    return made;
  }
  /// The principal of a token with these claims, or why there is none.
  std::string verify(const Value& claims, const JwtOptions& with) {
    const auto token = Jwt::read(*sign(claims, *secret_key(literal::secret)));
    const auto principal = JwtVerifier::open(with)->verify(*token, now);
    return principal ? principal->name : principal.error().message;
  }
  std::string verify(const Value& claims) { return verify(claims, options()); }
  Files files;
};

Value claims(std::initializer_list<std::pair<std::string_view, Value>> more = {}) {
  auto all = Value::object({{"sub", "ann"}, {"exp", 1'900'000'100}});
  for (const auto& [name, value] : more) all.set(name, value);
  return all;
}

TEST_F(Verifier, MakesAPrincipal) {
  const auto principal = JwtVerifier::open(options())->verify(*Jwt::read(literal::hs256), now);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->name, "jwt:ann");
  EXPECT_THAT(principal->roles, ElementsAre("operator", "viewer"));
  EXPECT_EQ(principal->claims.find("site")->as_text(), "a");
  EXPECT_EQ(principal->until, at_ms(2'000'000'060'000)) << "exp and a minute";
}

TEST_F(Verifier, TimesHaveAMinutesLeeway) {
  EXPECT_EQ(verify(claims({{"exp", 1'899'999'941}})), "jwt:ann");
  EXPECT_EQ(verify(claims({{"exp", 1'899'999'940}})), "the token has expired");
  EXPECT_EQ(verify(claims({{"nbf", 1'900'000'060}})), "jwt:ann");
  EXPECT_EQ(verify(claims({{"nbf", 1'900'000'061}})), "the token is not valid yet");
  EXPECT_EQ(verify(claims({{"exp", 1899999940.5}})), "jwt:ann");
}

TEST_F(Verifier, TimesThatAreNone) {
  EXPECT_EQ(verify(Value::object({{"sub", "ann"}})), "the token has no 'exp'");
  for (const Value& time : {Value("1900000100"), Value(-1), Value(1e300), Value(nullptr), Value(true)}) {
    EXPECT_EQ(verify(claims({{"exp", time}})), "the token's 'exp' is no time");
    EXPECT_EQ(verify(claims({{"nbf", time}})), "the token's 'nbf' is no time");
  }
}

TEST_F(Verifier, IssuerAndAudienceWhereConfigured) {
  auto strict = options();
  strict.issuer = "https://id.example";
  strict.audience = "sluice";
  EXPECT_EQ(verify(claims(), strict), "the token is of another issuer");
  EXPECT_EQ(verify(claims({{"iss", "https://id.example/"}, {"aud", "sluice"}}), strict),
            "the token is of another issuer");
  EXPECT_EQ(verify(claims({{"iss", "https://id.example"}}), strict), "the token is for another audience");
  EXPECT_EQ(verify(claims({{"iss", "https://id.example"}, {"aud", Value::list({"x", 1})}}), strict),
            "the token is for another audience");
  EXPECT_EQ(verify(claims({{"iss", "https://id.example"}, {"aud", Value::list({"x", "sluice"})}}), strict), "jwt:ann");
  EXPECT_EQ(verify(claims({{"iss", "https://id.example"}, {"aud", "sluice"}}), strict), "jwt:ann");
}

TEST_F(Verifier, AlgorithmsThatAreNotConfigured) {
  auto both = options({Algorithm::es256});
  both.keys = {{files.write("ec.pem", literal::ec_public), "", false, ""}};
  EXPECT_EQ(verify(claims(), both), "the token's algorithm is not accepted");
}

TEST_F(Verifier, TheRoleClaimMayLieDeeper) {
  auto deep = options();
  deep.role_claim = "access.roles";
  const auto roles = [&](Value all) {
    const auto token = Jwt::read(*sign(all, *secret_key(literal::secret)));
    return JwtVerifier::open(deep)->verify(*token, now)->roles;
  };
  EXPECT_THAT(roles(claims({{"access", Value::object({{"roles", Value::list({"a"})}})}})), ElementsAre("a"));
  EXPECT_THAT(roles(claims({{"access.roles", "b"}})), ElementsAre("b"));
  EXPECT_THAT(roles(claims({{"access", "c"}})), ElementsAre());
  EXPECT_THAT(roles(claims({{"access", Value::object({{"roles", Value::list({1, nullptr, "d"})}})}})),
              ElementsAre("d"));
}

TEST_F(Verifier, ANamedKeyIsForTokensThatNameIt) {
  const auto token = Jwt::read(literal::kid_old);
  const auto holds = [&](const std::string& kid, const std::string& other) {
    auto with = options();
    with.keys[0].kid = kid;
    with.keys.push_back({files.write("other", std::string(32, 'x')), other, true, ""});
    return JwtVerifier::open(with)->verify(*token, now).has_value();
  };
  EXPECT_TRUE(holds("old", "new"));
  EXPECT_TRUE(holds("", "new"));
  EXPECT_FALSE(holds("new", "old")) << "the key of that name did not sign it";
  EXPECT_FALSE(holds("new", "newer"));
}

TEST_F(Verifier, AllThatIsWrongWithTheKeysIsTold) {
  auto wrong = options({Algorithm::rs256, Algorithm::es256});
  wrong.keys.push_back({"/nowhere/key.pem", "", false, "sluice.yaml:3:4"});
  const auto opened = JwtVerifier::open(wrong);
  ASSERT_FALSE(opened);
  std::vector<std::string> texts;
  for (const auto& error : opened.error()) texts.push_back(error.text());
  EXPECT_THAT(texts, ElementsAre("sluice.yaml:2:3: the key fits HS256, which access.jwt.algorithms does not list",
                                 "sluice.yaml:3:4: '/nowhere/key.pem' cannot be read: No such file or directory"));
}

TEST_F(Verifier, AnAlgorithmNeedsAKey) {
  const auto opened = JwtVerifier::open(options({Algorithm::hs256, Algorithm::es256}));
  ASSERT_FALSE(opened);
  EXPECT_EQ(opened.error().front().message, "access.jwt.algorithms lists ES256, for which there is no key");
}

}  // namespace
}  // namespace sluice::auth
