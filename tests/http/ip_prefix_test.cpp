#include "http/ip_prefix.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

bool holds(const char* prefix, const char* address) {
  return IpPrefix::parse(prefix)->contains(address);
}

TEST(IpPrefix, IsABlockOfAddresses) {
  EXPECT_TRUE(holds("10.0.0.0/8", "10.255.0.1"));
  EXPECT_FALSE(holds("10.0.0.0/8", "11.0.0.1"));
  EXPECT_TRUE(holds("192.168.4.0/23", "192.168.5.9"));
  EXPECT_FALSE(holds("192.168.4.0/23", "192.168.6.0"));
  EXPECT_TRUE(holds("fd00::/8", "fd12:3456::1"));
  EXPECT_FALSE(holds("fd00::/8", "fe80::1"));
  EXPECT_TRUE(holds("0.0.0.0/0", "192.0.2.7"));
  EXPECT_FALSE(holds("0.0.0.0/0", "2001:db8::1"));
}

TEST(IpPrefix, ALoneAddressIsABlockOfOne) {
  EXPECT_TRUE(holds("10.0.0.1", "10.0.0.1"));
  EXPECT_FALSE(holds("10.0.0.1", "10.0.0.2"));
  EXPECT_TRUE(holds("10.0.0.1", "::ffff:10.0.0.1"));
  EXPECT_TRUE(holds("2001:DB8::1", "2001:db8:0::1"));
  for (const auto* text : {"", "localhost", "10.0.0"}) EXPECT_FALSE(holds("0.0.0.0/0", text)) << text;
}

TEST(IpPrefix, SaysWhatIsWrong) {
  const auto fault = [](const char* text) { return IpPrefix::parse(text).error().message; };
  for (const auto* text : {"", "proxy", "10.0.0/8", "10.0.0.0/33", "10.0.0.0/-1", "10.0.0.0/", "::/129", "::/x"}) {
    EXPECT_EQ(fault(text), "'" + std::string(text) + "' is no IP address or prefix: write 10.0.0.1 or 10.0.0.0/8");
  }
  EXPECT_EQ(fault("10.0.0.1/8"), "'10.0.0.1/8' has bits of an address behind its prefix: write 10.0.0.0/8");
  EXPECT_EQ(fault("fd00::1/8"), "'fd00::1/8' has bits of an address behind its prefix: write fd00::/8");
}

TEST(PlainAddress, IsTheOneForm) {
  EXPECT_EQ(plain_address("::FFFF:1.2.3.4"), "1.2.3.4");
  EXPECT_EQ(plain_address("0:0::1"), "::1");
  for (const auto* text : {"", "localhost", "1.2.3", "10.0.0.0/8"}) EXPECT_EQ(plain_address(text), "") << text;
}

TEST(CallerOf, IsAnAddressOrOfIpv6AHostsWholeBlock) {
  EXPECT_EQ(caller_of("192.0.2.7"), "192.0.2.7");
  EXPECT_EQ(caller_of("2001:db8:1:2:3::9"), "2001:db8:1:2::/64");
  EXPECT_EQ(caller_of("2001:db8:1:2:ffff::1"), caller_of("2001:db8:1:2::1"));
  EXPECT_EQ(caller_of("x"), "");
}

}  // namespace
}  // namespace sluice::http
