#include "http/browser_rules.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::http {
namespace {

using testing::Contains;
using testing::IsEmpty;
using testing::Pair;

Request asked(std::string method, Pairs headers) {
  Request request;
  request.method = std::move(method);
  request.headers = std::move(headers);
  return request;
}

BrowserRules rules(BrowserOptions options = {{"gateway.local"}, {"https://app.example"}, true}) {
  return BrowserRules(std::move(options));
}

int refused(const Request& request) {
  const auto refusal = rules().refuse(request);
  return refusal ? refusal->status : 0;
}

TEST(BrowserRules, HostsThatAreKnown) {
  for (const auto* host : {"127.0.0.1", "127.0.0.1:8080", "10.1.2.3", "[::1]", "[::1]:8080", "localhost",
                           "LocalHost:80", "gateway.local", "Gateway.Local:8080", ""}) {
    EXPECT_EQ(refused(asked("GET", {{"Host", host}})), 0) << host;
  }
}

TEST(BrowserRules, HostsThatAreNot) {
  for (const auto* host : {"evil.example", "localhost.evil.example", "127.0.0.1.evil.example", "gateway.local.",
                           "gateway.local:x", "[::1].evil", "[::1", "1", "localhost:80:80", "localhost@evil"}) {
    EXPECT_EQ(refused(asked("GET", {{"Host", host}})), 421) << host;
  }
}

TEST(BrowserRules, TheRefusalNamesTheKey) {
  EXPECT_THAT(rules().refuse(asked("GET", {{"Host", "evil.example:80"}}))->body,
              testing::HasSubstr("not known as 'evil.example': list the name under 'hosts'"));
}

TEST(BrowserRules, WhoMayPost) {
  const auto post = [](Pairs more) {
    more.emplace_back("Host", "10.0.0.1:8080");
    return refused(asked("POST", std::move(more)));
  };
  EXPECT_EQ(post({}), 0) << "no browser";
  EXPECT_EQ(post({{"Origin", "http://10.0.0.1:8080"}}), 0) << "our own page";
  EXPECT_EQ(post({{"Origin", "https://app.example"}}), 0) << "a listed page";
  EXPECT_EQ(post({{"Origin", "https://gateway.local"}, {"Sec-Fetch-Site", "same-origin"}}), 0) << "Host was rewritten";
  EXPECT_EQ(post({{"Origin", "http://10.0.0.1:8081"}}), 403) << "another port";
  EXPECT_EQ(post({{"Origin", "https://evil.example"}, {"Sec-Fetch-Site", "cross-site"}}), 403);
  EXPECT_EQ(post({{"Origin", "https://app.example.evil"}}), 403);
  EXPECT_EQ(post({{"Origin", "null"}}), 403);
}

TEST(BrowserRules, AWebSocketIsNoMereReading) {
  EXPECT_EQ(refused(asked("GET", {{"Origin", "https://evil.example"}})), 0);
  EXPECT_EQ(refused(asked("GET", {{"Origin", "https://evil.example"}, {"Upgrade", "WebSocket"}})), 403);
}

TEST(BrowserRules, ListedOriginsMayRead) {
  const auto headers = rules().headers(asked("GET", {{"Origin", "https://app.example"}}));
  EXPECT_THAT(headers, Contains(Pair("Access-Control-Allow-Origin", "https://app.example")));
  EXPECT_THAT(headers, Contains(Pair("Access-Control-Allow-Credentials", "true")));
  EXPECT_THAT(headers, Contains(Pair("Access-Control-Expose-Headers", "ETag, Link, Sluice-Last-Event-ID")));
  EXPECT_THAT(headers, Contains(Pair("Vary", "Origin")));
}

TEST(BrowserRules, OthersMayNot) {
  for (const auto* origin : {"https://evil.example", "null", "https://APP.example", "http://app.example"}) {
    EXPECT_EQ(rules().headers(asked("GET", {{"Origin", origin}})), (Pairs{{"Vary", "Origin"}})) << origin;
  }
  EXPECT_THAT(rules({}).headers(asked("GET", {{"Origin", "https://app.example"}})), IsEmpty());
}

TEST(BrowserRules, EveryoneReadsButDoesNotAct) {
  const auto open = rules({{}, {"*"}, false});
  EXPECT_THAT(open.headers(asked("GET", {{"Origin", "https://a.example"}})),
              Contains(Pair("Access-Control-Allow-Origin", "*")));
  EXPECT_EQ(open.refuse(asked("POST", {{"Host", "localhost"}, {"Origin", "https://a.example"}}))->status, 403);
}

TEST(BrowserRules, Preflights) {
  const auto ask = [](const char* origin, Pairs more) {
    more.emplace_back("Origin", origin);
    return rules().preflight(asked("OPTIONS", std::move(more)), "POST, OPTIONS");
  };
  const auto answer = ask("https://app.example", {{"Access-Control-Request-Method", "POST"}});
  ASSERT_TRUE(answer);
  EXPECT_EQ(answer->status, 204);
  EXPECT_THAT(answer->headers, Contains(Pair("Access-Control-Allow-Methods", "POST, OPTIONS")));
  EXPECT_THAT(answer->headers, Contains(Pair("Access-Control-Allow-Headers",
                                             "Authorization, Cache-Control, Content-Type, Last-Event-ID, "
                                             "If-None-Match")));
  EXPECT_FALSE(ask("https://evil.example", {{"Access-Control-Request-Method", "POST"}}));
  EXPECT_FALSE(ask("https://app.example", {})) << "a mere OPTIONS";
}

TEST(BrowserRules, TheFormOfOriginsAndHosts) {
  for (const auto* text : {"*", "https://app.example", "http://localhost:3000", "https://[::1]:8443"}) {
    EXPECT_TRUE(check_origin(text)) << text;
  }
  for (const auto* text : {"", "app.example", "https://", "https://app.example/", "https://App.example", "ftp://a",
                           "https://*.example", "null"}) {
    EXPECT_FALSE(check_origin(text)) << text;
  }
  EXPECT_TRUE(check_host_name("gateway.local"));
  for (const auto* text : {"", "Gateway", "a:80", "http://a", "*"}) EXPECT_FALSE(check_host_name(text)) << text;
}

}  // namespace
}  // namespace sluice::http
