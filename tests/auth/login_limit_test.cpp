#include "auth/login_limit.h"

#include <gtest/gtest.h>

namespace sluice::auth {
namespace {

constexpr Timestamp now = at_ms(1'900'000'000'000);
constexpr milliseconds none{0};

TEST(LoginLimit, TenAtOnceThenOneInSixSeconds) {
  LoginLimit limit;
  for (int i = 0; i < 10; ++i) EXPECT_EQ(limit.take("10.0.0.1", "alice", now), none);
  EXPECT_EQ(limit.take("10.0.0.1", "alice", now), milliseconds(6000));
  EXPECT_EQ(limit.take("10.0.0.1", "alice", now + milliseconds(5999)), milliseconds(1));
  EXPECT_EQ(limit.take("10.0.0.1", "alice", now + milliseconds(6000)), none);
  EXPECT_EQ(limit.take("10.0.0.1", "alice", now + milliseconds(6000)), milliseconds(6000));
}

TEST(LoginLimit, CountsAddressesAndNamesApart) {
  LoginLimit limit;
  for (int i = 0; i < 10; ++i) limit.take("10.0.0.1", "name" + std::to_string(i), now);
  EXPECT_GT(limit.take("10.0.0.1", "other", now), none) << "one guesser, many names";
  for (int i = 0; i < 10; ++i) limit.take("10.0.1." + std::to_string(i), "alice", now);
  EXPECT_GT(limit.take("10.0.2.1", "alice", now), none) << "many guessers, one name";
  EXPECT_EQ(limit.take("10.0.2.1", "bob", now), none);
}

TEST(LoginLimit, AnIPv6HostIsItsNetwork) {
  LoginLimit limit;
  for (int i = 0; i < 10; ++i) limit.take("2001:db8:0:1::" + std::to_string(i), "n" + std::to_string(i), now);
  EXPECT_GT(limit.take("2001:db8:0:1:ffff::1", "x", now), none);
  EXPECT_EQ(limit.take("2001:db8:0:2::1", "x", now), none);
}

TEST(LoginLimit, ARightPasswordCostsNothing) {
  LoginLimit limit;
  for (int i = 0; i < 100; ++i) {
    EXPECT_EQ(limit.take("10.0.0.1", "alice", now), none);
    limit.give_back("10.0.0.1", "alice", now);
  }
}

TEST(LoginLimit, RemembersABoundedNumber) {
  LoginLimit limit;
  const auto nth = [](std::size_t i) { return "10." + std::to_string(i / 256) + ".0." + std::to_string(i % 256); };
  for (std::size_t i = 0; i < LoginLimit::most / 2; ++i) EXPECT_EQ(limit.take(nth(i), nth(i), now), none);
  EXPECT_GT(limit.take("192.0.2.1", "new", now), none) << "nobody new while all are remembered";
  EXPECT_EQ(limit.take("192.0.2.1", "new", now + milliseconds(6000)), none);
}

}  // namespace
}  // namespace sluice::auth
