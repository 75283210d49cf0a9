#include "mqtt/mqtt_options.h"

#include <gtest/gtest.h>

namespace sluice::mqtt {
namespace {

MqttOptions options(std::string_view url) {
  MqttOptions options;
  const auto set = options.set_url(url);
  EXPECT_TRUE(set) << url << ": " << (set ? "" : set.error().text());
  return options;
}

std::string error(std::string_view url) {
  const auto set = MqttOptions().set_url(url);
  return set ? "no error" : set.error().text();
}

TEST(MqttOptions, AUrlNamesHostPortAndTls) {
  EXPECT_EQ(options("mqtt://broker").address(), "mqtt://broker:1883");
  EXPECT_EQ(options("mqtts://broker/").address(), "mqtts://broker:8883");
  EXPECT_EQ(options("mqtt://10.0.0.1:2883").port, 2883);
  EXPECT_EQ(options("mqtt://[::1]:1884").host, "::1");
  EXPECT_EQ(options("mqtt://[::1]:1884").address(), "mqtt://[::1]:1884");
}

TEST(MqttOptions, AUrlMayNameTheUser) {
  const auto read = options("mqtt://al%40ice:p%3Aw@broker:1");
  EXPECT_EQ(read.user, "al@ice");
  EXPECT_EQ(read.password, "p:w");
  EXPECT_EQ(read.address(), "mqtt://broker:1");
}

TEST(MqttOptions, AUserWithoutPasswordKeepsTheConfiguredOne) {
  MqttOptions read;
  read.password = "secret";
  ASSERT_TRUE(read.set_url("mqtt://alice@broker"));
  EXPECT_EQ(read.user, "alice");
  EXPECT_EQ(read.password, "secret");
}

TEST(MqttOptions, ErrorsNameThePartButNeverThePassword) {
  EXPECT_EQ(error("broker:1883"), "expected a broker as mqtt://host:port or mqtts://host:port");
  EXPECT_EQ(error("http://broker"), "expected a broker as mqtt://host:port or mqtts://host:port, not 'http://...'");
  EXPECT_EQ(error("mqtt://"), "expected a host and perhaps a port, not ''");
  EXPECT_EQ(error("mqtt://a:pw@b/c"), "expected a host and perhaps a port, not 'b/c'");
  EXPECT_EQ(error("mqtt://b:70000"), "port '70000', expected 1 to 65535");
  EXPECT_EQ(error("mqtt://b:"), "port '', expected 1 to 65535");
  EXPECT_EQ(error("mqtt://a:%zz@b"), "user and password before '@' are no percent-encoded text");
  EXPECT_EQ(error("mqtt://[::1"), "expected a host and perhaps a port, not '[::1'");
}

TEST(MqttOptions, AnErrorChangesNothing) {
  auto read = options("mqtt://alice:pw@broker:1");
  EXPECT_FALSE(read.set_url("mqtts://bob:x@other:0"));
  EXPECT_EQ(read.user, "alice");
  EXPECT_EQ(read.address(), "mqtt://broker:1");
}

TEST(DefaultClientId, BelongsToHostAndConfiguration) {
  EXPECT_EQ(default_client_id("pi", "/etc/sluice.yaml"), default_client_id("pi", "/etc/sluice.yaml"));
  EXPECT_NE(default_client_id("pi", "/etc/sluice.yaml"), default_client_id("pi2", "/etc/sluice.yaml"));
  EXPECT_NE(default_client_id("pi", "/etc/sluice.yaml"), default_client_id("pi", "/etc/other.yaml"));
  EXPECT_EQ(default_client_id("", "").size(), 15U);
}

}  // namespace
}  // namespace sluice::mqtt
