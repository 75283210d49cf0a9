#include "http/admission.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

#include "auth/static_tokens.h"
#include "support/http/gateway.h"

namespace sluice::http {
namespace {

using testing::HasSubstr;
using testing::Not;

Request asked(Pairs headers, Pairs query = {}, std::string method = "GET") {
  Request request;
  request.method = std::move(method);
  request.headers = std::move(headers);
  request.query = std::move(query);
  return request;
}

TEST(Admission, CookiesAreFoundByTheirWholeName) {
  const auto session = [](const char* header) {
    const auto request = asked({{"Cookie", header}});
    return std::string(credentials_of(request).session);
  };
  EXPECT_EQ(session("sluice_session=abc"), "abc");
  EXPECT_EQ(session("a=b; sluice_session=a=c;x=y"), "a=c");
  EXPECT_EQ(session("xsluice_session=abc; sluice_sessionx=d"), "");
  EXPECT_EQ(session("sluice_session"), "");
}

TEST(Admission, AnAddressDoesNotAct) {
  const auto post = asked({}, {{"ticket", "t"}, {"access_token", "u"}}, "POST");
  EXPECT_TRUE(credentials_of(post).none());
  const auto get = asked({}, {{"ticket", "t"}, {"access_token", "u"}});
  EXPECT_EQ(credentials_of(get).ticket, "t");
  EXPECT_EQ(credentials_of(get).url_token, "u");
}

TEST(Admission, ChallengesSayWhatIsWrong) {
  EXPECT_THAT(response_of({401, "x", "", 0}).headers,
              testing::Contains(testing::Pair("WWW-Authenticate", R"(Bearer realm="sluice")")));
  EXPECT_THAT(response_of({401, "x", "invalid_token", 0}).headers,
              testing::Contains(testing::Pair("WWW-Authenticate", R"(Bearer realm="sluice", error="invalid_token")")));
  EXPECT_THAT(response_of({429, "x", "", 6}).headers, testing::Contains(testing::Pair("Retry-After", "6")));
}

/// A gateway with the tokens `chief` (admin) and `a` and `b` (operator, bound to that desk); `desk` needs an operator.
class Guarded {
 public:
  Guarded() {
    auth::AccessOptions access;
    access.tokens = {{"chief", {"admin"}, Value::object(), auth::hash_token("chief")}};
    for (const auto* desk : {"a", "b"}) {
      access.tokens.push_back({desk, {"operator"}, Value::object({{"desk", desk}}), auth::hash_token(desk)});
    }
    access.roles = {{"operator", {{"desk", "desk"}}}};
    gate_ = std::move(*auth::Gate::open(access, clock_, registry_));
    ServerOptions options;
    options.gate = gate_.get();
    Routes routes;
    routes.plain.push_back({"GET", "/inside", [](const Request&) { return text(200, "inside"); }, true});
    gateway_ = std::make_unique<Gateway>(options, routes);
    auto streams = *gateway_->hub().streams();
    std::vector<event::StreamSpec> guarded;
    for (const auto& stream : streams) {
      guarded.push_back(*stream);
      guarded.back().access = {"operator"};
    }
    gateway_->hub().declare(guarded);
  }
  std::string get(const std::string& path, const std::string& headers = "") {
    return ask(gateway_->port(), "GET " + path + " HTTP/1.1\r\nHost: a\r\n" + headers + "Connection: close\r\n\r\n");
  }
  static std::string as(const std::string& token) { return "Authorization: Bearer " + token + "\r\n"; }
  Gateway& operator*() { return *gateway_; }
  Gateway* operator->() { return gateway_.get(); }
  auth::Gate& gate() { return *gate_; }

 private:
  ManualClock clock_{at_ms(1'900'000'000'000)};
  metrics::Registry registry_;
  std::unique_ptr<auth::Gate> gate_;
  std::unique_ptr<Gateway> gateway_;
};

TEST(Admission, EveryRouteOfAStreamIsGuarded) {
  Guarded gateway;
  for (const auto* path : {"/events", "/streams/desk", "/streams/desk/latest", "/heights", "/desks/a/events"}) {
    EXPECT_EQ(status_of(gateway.get(path)), 401) << path;
    EXPECT_EQ(status_of(gateway.get(path, Guarded::as("wrong"))), 401) << path;
    EXPECT_EQ(status_of(ask(gateway->port(),
                            "HEAD " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + "Connection: close\r\n\r\n")),
              401)
        << path;
  }
}

TEST(Admission, BoundClientsSeeTheirsOnly) {
  Guarded gateway;
  gateway->tell("a", 1);
  gateway->tell("b", 2);
  auto client = gateway->listen("/events", Guarded::as("b"));
  EXPECT_THAT(client.received(), Not(HasSubstr(R"("desk":"a")")));
  gateway->tell("a", 3);
  gateway->tell("b", 4);
  client.read_until("\"cm\":4}\n\n");
  EXPECT_THAT(client.received(), Not(HasSubstr(R"("desk":"a")")));
  EXPECT_THAT(gateway.get("/heights", Guarded::as("b")), Not(HasSubstr(R"("desk":"a")")));
  EXPECT_THAT(gateway.get("/heights", Guarded::as("chief")), HasSubstr(R"("desk":"a")"));
}

TEST(Admission, ARecheckEndsTheConnection) {
  Guarded gateway;
  auto client = gateway->listen("/events", Guarded::as("a"));
  gateway->server().recheck();
  client.read_to_end();
  EXPECT_TRUE(gateway->has_clients(0));
}

TEST(Admission, TheInsideIsForAdmins) {
  Guarded gateway;
  EXPECT_EQ(status_of(gateway.get("/inside")), 401);
  EXPECT_EQ(status_of(gateway.get("/inside", Guarded::as("a"))), 403);
  EXPECT_EQ(status_of(gateway.get("/inside", Guarded::as("chief"))), 200);
}

TEST(Admission, WithoutPrincipalsTheInsideIsForThisMachine) {
  Routes routes;
  routes.plain.push_back({"GET", "/inside", [](const Request&) { return text(200, "inside"); }, true});
  Gateway gateway({}, routes);
  const auto get = [&](const std::string& header) {
    return status_of(ask(gateway.port(), "GET /inside HTTP/1.1\r\nHost: a\r\n" + header + "Connection: close\r\n\r\n"));
  };
  EXPECT_EQ(get(""), 200);
  EXPECT_EQ(get("X-Forwarded-For: 192.0.2.1\r\n"), 401);
}

TEST(Admission, ATicketIsInNoLink) {
  Guarded gateway;
  const auto ticket = *gateway.gate().ticket({.authorization = "Bearer chief", .address = "127.0.0.1"});
  EXPECT_THAT(gateway.get("/heights?ticket=" + ticket), Not(HasSubstr(ticket)));
}

}  // namespace
}  // namespace sluice::http
