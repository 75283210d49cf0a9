#include "auth/sessions.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "support/auth/literal.h"

namespace sluice::auth {
namespace {

constexpr Timestamp now = at_ms(1'900'000'000'000);

// `openssl passwd -6 -salt saltsalt hello`
constexpr const char* hello =
    "$6$saltsalt$YTeBOLnmm3CoeJTzBuijUEtOEWCqrw/nQ8/AeMmON4LGp3k0ZiMjC1OdqzWFUAfDQBvYkOch9BWtQTBcZ1E/p0";

Sessions sessions(std::string password = hello) {
  return Sessions(
      {{"alice", {"admin"}, Value::object({{"site", "a"}}), password}, {"bob", {"viewer"}, Value::object(), password}});
}

TEST(Sessions, PasswordOfAUser) {
  EXPECT_TRUE(sessions().password_is("alice", "hello"));
  EXPECT_FALSE(sessions().password_is("alice", "hallo"));
  EXPECT_FALSE(sessions().password_is("nobody", "hello"));
  EXPECT_FALSE(Sessions({}).password_is("nobody", ""));
}

TEST(Sessions, TokenMakesThePrincipal) {
  const auto principal = sessions().verify(*sessions().begin("alice", now), now);
  ASSERT_TRUE(principal);
  EXPECT_EQ(principal->name, "user:alice");
  EXPECT_THAT(principal->roles, testing::ElementsAre("admin"));
  EXPECT_EQ(principal->claims.find("site")->as_text(), "a");
  EXPECT_EQ(principal->until, now + Sessions::lasting);
}

TEST(Sessions, TokenLasts) {
  const auto token = *sessions().begin("alice", now);
  EXPECT_TRUE(sessions().verify(token, now + Sessions::lasting - milliseconds(1)));
  EXPECT_EQ(sessions().verify(token, now + Sessions::lasting).error().message, "the session has expired: log in again");
}

TEST(Sessions, AChangedPasswordEndsIt) {
  const auto token = *sessions().begin("alice", now);
  auto changed = std::string(hello);
  changed.back() = '/';
  EXPECT_EQ(sessions(changed).verify(token, now).error().message, "the session is not known: log in again");
}

TEST(Sessions, NobodyIsSomebodyElse) {
  // Both have the same password hash, and still not the same key.
  const auto token = Jwt::read(*sessions().begin("bob", now));
  const auto forged = Jwt::read(*sessions().begin("alice", now));
  const auto signature = token->text.substr(token->text.rfind('.'));
  EXPECT_FALSE(sessions().verify(forged->text.substr(0, forged->text.rfind('.')) + signature, now));
  EXPECT_FALSE(sessions().verify(literal::hs256, now));
  EXPECT_FALSE(sessions().verify("", now));
  EXPECT_FALSE(sessions().begin("nobody", now));
}

}  // namespace
}  // namespace sluice::auth
