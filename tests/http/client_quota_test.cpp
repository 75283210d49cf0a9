#include "http/client_quota.h"

#include <gtest/gtest.h>

#include <optional>
#include <thread>
#include <vector>

#include "http/server_options.h"

namespace sluice::http {
namespace {

using Limit = ClientQuota::Limit;

ServerLimits limits(std::size_t all, std::size_t per_address, std::size_t per_principal) {
  ServerLimits limits;
  limits.clients = all;
  limits.per_address = per_address;
  limits.per_principal = per_principal;
  return limits;
}

/// The limit that keeps one more client out.
std::optional<Limit> kept_out(ClientQuota& quota, std::string_view address, std::string_view principal = "") {
  const auto place = quota.take(address, principal);
  return place ? std::nullopt : std::optional(place.error());
}

TEST(ClientQuota, BoundsAllClients) {
  ClientQuota quota(limits(2, 0, 0));
  const auto first = quota.take("192.0.2.1", "");
  auto second = quota.take("192.0.2.2", "");
  EXPECT_EQ(kept_out(quota, "192.0.2.3"), Limit::all);
  second->operator=(ClientPlace());
  EXPECT_EQ(kept_out(quota, "192.0.2.3"), std::nullopt);
}

TEST(ClientQuota, BoundsTheClientsOfAnAddress) {
  ClientQuota quota(limits(100, 2, 0));
  const auto first = quota.take("192.0.2.1", "");
  {
    const auto second = quota.take("192.0.2.1", "");
    EXPECT_EQ(kept_out(quota, "192.0.2.1"), Limit::address);
    EXPECT_EQ(kept_out(quota, "192.0.2.2"), std::nullopt);
  }
  EXPECT_EQ(kept_out(quota, "192.0.2.1"), std::nullopt);
}

TEST(ClientQuota, AnIpv6HostHasOneBlock) {
  ClientQuota quota(limits(100, 1, 0));
  const auto first = quota.take("2001:db8::1", "");
  EXPECT_EQ(kept_out(quota, "2001:db8::ffff:0:0:1"), Limit::address);
  EXPECT_EQ(kept_out(quota, "2001:db8:0:1::1"), std::nullopt);
}

TEST(ClientQuota, BoundsTheClientsOfAPrincipalWhereverHeIs) {
  ClientQuota quota(limits(100, 0, 1));
  const auto first = quota.take("192.0.2.1", "user:ann");
  EXPECT_EQ(kept_out(quota, "192.0.2.2", "user:ann"), Limit::principal);
  EXPECT_EQ(kept_out(quota, "192.0.2.1", "user:bob"), std::nullopt);
}

TEST(ClientQuota, WhoIsNobodyIsNotCounted) {
  ClientQuota quota(limits(100, 1, 1));
  const auto first = quota.take("", "");
  EXPECT_EQ(kept_out(quota, ""), std::nullopt);
}

TEST(ClientQuota, ARefusalTakesNothing) {
  ClientQuota quota(limits(3, 2, 1));
  const auto ann = quota.take("192.0.2.1", "user:ann");
  for (int i = 0; i < 9; ++i) EXPECT_EQ(kept_out(quota, "192.0.2.1", "user:ann"), Limit::principal);
  const auto bob = quota.take("192.0.2.1", "user:bob");
  EXPECT_TRUE(bob);
  for (int i = 0; i < 9; ++i) EXPECT_EQ(kept_out(quota, "192.0.2.1", "user:eve"), Limit::address);
  EXPECT_TRUE(quota.take("192.0.2.2", "user:eve"));
}

TEST(ClientQuota, CountsOverThreads) {
  ClientQuota quota(limits(1000, 3, 0));
  const auto one = quota.take("192.0.2.1", "");
  std::vector<std::thread> threads;
  for (int i = 0; i < 4; ++i) {
    threads.emplace_back([&quota] {
      for (int n = 0; n < 500; ++n) kept_out(quota, "192.0.2.1");
    });
  }
  for (auto& thread : threads) thread.join();
  const auto two = quota.take("192.0.2.1", "");
  const auto three = quota.take("192.0.2.1", "");
  EXPECT_TRUE(two && three);
  EXPECT_EQ(kept_out(quota, "192.0.2.1"), Limit::address);
}

}  // namespace
}  // namespace sluice::http
