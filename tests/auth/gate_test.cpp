#include "auth/gate.h"

#include <gtest/gtest.h>

#include <future>

#include "auth/login_desk.h"
#include "auth/static_tokens.h"
#include "support/auth/files.h"
#include "support/auth/literal.h"

namespace sluice::auth {
namespace {

constexpr const char* hello =
    "$6$saltsalt$YTeBOLnmm3CoeJTzBuijUEtOEWCqrw/nQ8/AeMmON4LGp3k0ZiMjC1OdqzWFUAfDQBvYkOch9BWtQTBcZ1E/p0";

struct GateTest : testing::Test {
  GateTest() {
    options.tokens = {{"ci", {"admin"}, Value::object(), hash_token("static")},
                      {"bound", {"operator"}, Value::object({{"site", "b"}}), hash_token("bound")}};
    options.users = {{"alice", {"viewer"}, Value::object(), hello}};
    options.roles = {{"operator", {{"site", "site"}}}};
    options.jwt = JwtOptions{{Algorithm::hs256}, {{files.write("secret", literal::secret), "", true, "x:1:1"}}};
    gate = std::move(*Gate::open(options, clock, registry));
  }
  Expected<Admission, Denial> bearer(const std::string& token, const std::vector<std::string>& roles = {"viewer"}) {
    const auto header = "Bearer " + token;
    return gate->admit({.authorization = header, .address = "10.0.0.1"}, roles);
  }
  static std::string say(const Expected<Admission, Denial>& answer) {
    if (answer) return answer->principal.name;
    return std::to_string(answer.error().status) + " " + answer.error().message;
  }

  Files files;
  ManualClock clock{at_ms(1'900'000'000'000)};
  metrics::Registry registry;
  AccessOptions options;
  std::unique_ptr<Gate> gate;
};

TEST_F(GateTest, NobodyAndEverybody) {
  EXPECT_EQ(say(gate->admit({}, {"viewer"})), "401 credentials are needed: a bearer token, a login or a ticket");
  EXPECT_EQ(say(bearer("static")), "token:ci");
  EXPECT_EQ(say(bearer(literal::hs256)), "jwt:ann");
  EXPECT_EQ(say(bearer(literal::hs256, {"editor"})), "403 this needs the role 'editor'");
  EXPECT_EQ(say(bearer("nonsense")), "401 the token has not the three parts of a JWT");
}

TEST_F(GateTest, TheSchemeIsBearerInAnyCase) {
  EXPECT_EQ(say(gate->admit({.authorization = "bEARER static"}, {"x"})), "token:ci");
  for (const auto* header : {"Basic c3RhdGlj", "static", "Bearer", "Bearer ", "Bearerstatic"}) {
    EXPECT_EQ(gate->admit({.authorization = header}, {"x"}).error().status, 401) << header;
  }
}

TEST_F(GateTest, ABadCredentialIsNotPassedOver) {
  const auto session = *gate->login("alice", "hello", "10.0.0.1");
  EXPECT_EQ(say(gate->admit({.session = session}, {"viewer"})), "user:alice");
  EXPECT_EQ(gate->admit({.authorization = "Bearer x", .session = session}, {"viewer"}).error().status, 401);
  EXPECT_EQ(gate->admit({.ticket = "x", .session = session}, {"viewer"}).error().status, 401);
}

TEST_F(GateTest, BindingComesWithTheAdmission) {
  EXPECT_TRUE(bearer("bound", {"operator"})->binding.allows(Value::object({{"site", "b"}})));
  EXPECT_FALSE(bearer("bound", {"operator"})->binding.allows(Value::object({{"site", "a"}})));
  EXPECT_FALSE(bearer("static", {"operator"})->binding.bound());
}

TEST_F(GateTest, ATicketIsThePrincipalOnce) {
  const auto ticket = *gate->ticket({.authorization = "Bearer bound", .address = "10.0.0.1"});
  const Credentials with{.ticket = ticket, .address = "10.0.0.1"};
  const auto admitted = gate->admit(with, {"operator"});
  EXPECT_EQ(say(admitted), "token:bound");
  EXPECT_TRUE(admitted->binding.bound());
  EXPECT_EQ(gate->admit(with, {"operator"}).error().status, 401);
  EXPECT_EQ(gate->ticket({.ticket = "x"}).error().status, 401);
}

TEST_F(GateTest, TokensInTheAddressWhereConfigured) {
  EXPECT_EQ(say(gate->admit({.url_token = "static"}, {"x"})),
            "401 tokens in the address are not taken: ask for a ticket at /ticket");
  options.url_tokens = true;
  ASSERT_TRUE(gate->reload(options));
  EXPECT_EQ(say(gate->admit({.url_token = "static"}, {"x"})), "token:ci");
}

TEST_F(GateTest, LoginsAreLimited) {
  for (int i = 0; i < 10; ++i) EXPECT_EQ(gate->login("alice", "wrong", "10.0.0.9").error().status, 401);
  const auto limited = gate->login("alice", "hello", "10.0.0.9");
  EXPECT_EQ(limited.error().status, 429);
  EXPECT_EQ(limited.error().retry_after_s, 6);
  clock.advance(milliseconds(6000));
  EXPECT_TRUE(gate->login("alice", "hello", "10.0.0.9"));
}

TEST_F(GateTest, UnknownUsersLookLikeWrongPasswords) {
  EXPECT_EQ(gate->login("nobody", "hello", "a").error().message, gate->login("alice", "x", "a").error().message);
}

TEST_F(GateTest, ReloadReadsTheKeysAgain) {
  files.write("secret", std::string(40, 'n'));
  EXPECT_EQ(say(bearer(literal::hs256)), "jwt:ann");
  ASSERT_TRUE(gate->reload());
  EXPECT_EQ(say(bearer(literal::hs256)), "401 the token's signature does not hold");
  files.write("secret", "short");
  EXPECT_FALSE(gate->reload());
  EXPECT_EQ(say(bearer("static")), "token:ci") << "a failed reload changes nothing";
}

TEST_F(GateTest, ReloadForgetsTicketsAndTakesRolesAway) {
  const auto ticket = *gate->ticket({.authorization = "Bearer bound"});
  options.tokens.pop_back();
  ASSERT_TRUE(gate->reload(options));
  EXPECT_EQ(gate->admit({.ticket = ticket}, {"operator"}).error().status, 401);
  EXPECT_EQ(bearer("bound", {"operator"}).error().status, 401);
}

TEST_F(GateTest, CountsWithoutNames) {
  bearer("static");
  bearer("nonsense");
  static_cast<void>(gate->login("alice", "wrong", "a"));
  const auto text = registry.text();
  EXPECT_NE(text.find("sluice_access_total{result=\"admitted\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("sluice_access_total{result=\"refused\"} 1"), std::string::npos) << text;
  EXPECT_NE(text.find("sluice_logins_total{result=\"refused\"} 1"), std::string::npos) << text;
  for (const auto* secret : {"static", "alice", "nonsense"}) EXPECT_EQ(text.find(secret), std::string::npos);
}

TEST_F(GateTest, TheDeskAnswersEveryone) {
  std::promise<bool> right;
  std::promise<bool> wrong;
  {
    LoginDesk desk(*gate);
    desk.ask("alice", "hello", "a", [&](const LoginDesk::Result& result) { right.set_value(result.has_value()); });
    desk.ask("alice", "x", "a", [&](const LoginDesk::Result& result) { wrong.set_value(result.has_value()); });
  }
  EXPECT_NO_THROW(right.get_future().get());
  EXPECT_FALSE(wrong.get_future().get());
}

}  // namespace
}  // namespace sluice::auth
