#include "http/trusted_proxies.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

Request from(std::string address, Pairs headers = {}) {
  Request request;
  request.address = std::move(address);
  request.headers = std::move(headers);
  TrustedProxies::of({"10.0.0.1", "10.0.0.2", "172.16.0.0/12"})->believe(request);
  return request;
}

TEST(TrustedProxies, TheLastWhomNoProxyIs) {
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}}).address, "192.0.2.7");
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, 192.0.2.7, 10.0.0.2"}}).address, "192.0.2.7");
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", "2001:DB8::1"}}).address, "2001:db8::1");
}

TEST(TrustedProxies, ALineOfItsOwnCountsAfterTheClients) {
  const Pairs lines{{"X-Forwarded-For", "203.0.113.1"}, {"x-forwarded-for", "192.0.2.7"}};
  EXPECT_EQ(from("10.0.0.1", lines).address, "192.0.2.7");
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", ""}, {"X-Forwarded-For", "192.0.2.7"}}).address, "192.0.2.7");
}

TEST(TrustedProxies, OthersAreNotBelieved) {
  const auto request = from("192.0.2.9", {{"X-Forwarded-For", "127.0.0.1"}, {"X-Forwarded-Proto", "https"}});
  EXPECT_EQ(request.address, "192.0.2.9");
  EXPECT_FALSE(request.secure);
  EXPECT_TRUE(request.forwarded);
}

TEST(TrustedProxies, NonsenseEndsTheChain) {
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, x"}}).address, "10.0.0.1");
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", ""}}).address, "10.0.0.1");
  EXPECT_EQ(from("10.0.0.1", {{"X-Forwarded-For", "1.1.1.1, x, 10.0.0.2"}}).address, "10.0.0.2");
}

TEST(TrustedProxies, SayWhetherItWasTls) {
  EXPECT_TRUE(from("10.0.0.1", {{"X-Forwarded-Proto", "https"}}).secure);
  EXPECT_FALSE(from("10.0.0.1", {{"X-Forwarded-Proto", "http"}}).secure);
}

TEST(TrustedProxies, AddressesHaveOneForm) {
  EXPECT_EQ(from("::ffff:10.0.0.1", {{"X-Forwarded-For", "192.0.2.7"}}).address, "192.0.2.7");
}

TEST(TrustedProxies, MayBeWhoeverConnectsToAUnixSocket) {
  Request request;
  request.headers = {{"X-Forwarded-For", "192.0.2.7"}};
  TrustedProxies::of({"10.0.0.1"})->believe(request);
  EXPECT_EQ(request.address, "");
  TrustedProxies::of({"unix"})->believe(request);
  EXPECT_EQ(request.address, "192.0.2.7");
}

TEST(TrustedProxies, MayBeWholeNetworks) {
  EXPECT_EQ(from("172.18.0.5", {{"X-Forwarded-For", "192.0.2.7, 172.31.255.1"}}).address, "192.0.2.7");
  EXPECT_EQ(from("172.32.0.5", {{"X-Forwarded-For", "192.0.2.7"}}).address, "172.32.0.5");
  EXPECT_EQ(TrustedProxies::of({"proxy"}).error().message,
            "proxy 'proxy' is no IP address or prefix: write 10.0.0.1 or 10.0.0.0/8");
}

}  // namespace
}  // namespace sluice::http
