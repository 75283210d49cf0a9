#include "mqtt/mqtt_connector.h"

#include <gmock/gmock.h>

#include "support/mqtt/broker.h"
#include "support/mqtt/peer.h"

namespace sluice::mqtt {
namespace {

using message::Connection;
using test::Broker;
using test::eventually;
using test::Peer;
using testing::HasSubstr;

MqttOptions options(std::uint16_t port) {
  MqttOptions options;
  options.port = port;
  return options;
}

/// One device's connection and what it saw.
struct Device {
  Device(MqttConnector& connector, std::string id)
      : link(connector.open(
            {.client_id = id,
             .will = message::Publish{id + "/online", "offline", 1, true},
             .subscriptions = {id + "/cmd"}},
            {.up = [this] { ++ups; },
             .message = [this](const message::Message& message) { heard.push_back(message.payload); }})) {}
  int ups = 0;
  std::vector<std::string> heard;
  std::unique_ptr<Connection> link;
};

bool until(MqttConnector& connector, const std::function<bool()>& fact) {
  return eventually(fact, [&] { connector.poll(milliseconds(20)); });
}

TEST(MqttConnector, ADevicePublishesAndReceives) {
  const Broker broker;
  MqttConnector connector(options(broker.port()));
  Device device(connector, "d");
  EXPECT_FALSE(device.link->send({"d/a", "too early", 0, false}));
  ASSERT_TRUE(until(connector, [&] { return device.ups == 1; }));
  Peer peer(broker.port());
  peer.subscribe("d/+");
  EXPECT_TRUE(device.link->send({"d/a", "hello", 1, false}));
  ASSERT_TRUE(eventually([&] { return !peer.heard().empty(); }, [&] { peer.turn(); }));
  EXPECT_EQ(peer.heard()[0].payload, "hello");
  peer.publish("d/cmd", "go");
  ASSERT_TRUE(until(connector, [&] { return !device.heard.empty(); }));
  EXPECT_EQ(device.heard[0], "go");
}

TEST(MqttConnector, ADeviceAnswersFromWithinAMessage) {
  const Broker broker;
  MqttConnector connector(options(broker.port()));
  bool up = false;
  std::unique_ptr<Connection> link;
  link = connector.open({.client_id = "d", .will = std::nullopt, .subscriptions = {"d/cmd"}},
                        {.up = [&] { up = true; },
                         .message =
                             [&](const message::Message& message) {
                               link->send({"d/heard", message.payload, 0, false});
                               link->send({"d/done", message.payload, 1, false});
                             }});
  ASSERT_TRUE(until(connector, [&] { return up; }));
  Peer peer(broker.port());
  peer.subscribe("d/heard");
  for (int i = 0; i < 100; ++i) peer.publish("d/cmd", std::to_string(i));
  EXPECT_TRUE(until(connector, [&] {
    peer.turn();
    return peer.heard().size() == 100;
  }));
}

TEST(MqttConnector, AConnectionThatEndsLeavesItsWill) {
  const Broker broker;
  MqttConnector connector(options(broker.port()));
  Peer peer(broker.port());
  peer.subscribe("+/online");
  {
    const Device device(connector, "d");
    ASSERT_TRUE(until(connector, [&] { return device.ups == 1; }));
  }
  ASSERT_TRUE(eventually([&] { return !peer.heard().empty(); }, [&] { peer.turn(); }));
  EXPECT_EQ(peer.heard()[0].payload, "offline");
}

TEST(MqttConnector, ReconnectsAndSubscribesAgain) {
  Broker broker;
  MqttConnector connector(options(broker.port()));
  Device device(connector, "d");
  ASSERT_TRUE(until(connector, [&] { return device.ups == 1; }));
  broker.restart();
  ASSERT_TRUE(until(connector, [&] { return device.ups == 2; }));
  Peer(broker.port()).publish("d/cmd", "go", 1, true);
  ASSERT_TRUE(until(connector, [&] { return !device.heard.empty(); }));
}

TEST(MqttConnector, CarriesAFleet) {
  const Broker broker;
  MqttConnector connector(options(broker.port()));
  std::vector<std::unique_ptr<Device>> fleet;
  for (int i = 0; i < 200; ++i) fleet.push_back(std::make_unique<Device>(connector, "d" + std::to_string(i)));
  ASSERT_TRUE(until(connector, [&] {
    return std::all_of(fleet.begin(), fleet.end(), [](const auto& device) { return device->ups == 1; });
  }));
  Peer peer(broker.port());
  for (int i = 0; i < 200; ++i) peer.publish("d" + std::to_string(i) + "/cmd", std::to_string(i));
  ASSERT_TRUE(until(connector, [&] {
    return std::all_of(fleet.begin(), fleet.end(), [](const auto& device) { return device->heard.size() == 1; });
  }));
  EXPECT_EQ(fleet[77]->heard[0], "77");
}

TEST(MqttConnector, SaysWhatKeepsItAway) {
  MqttConnector connector(options(test::free_port()));
  const Device device(connector, "d");
  ASSERT_TRUE(until(connector, [&] { return !connector.error().empty(); }));
  EXPECT_THAT(connector.error(), HasSubstr("connection refused"));
  EXPECT_FALSE(device.link->is_up());
}

TEST(MqttConnector, AFullSocketTakesNoMore) {
  Broker broker;
  MqttConnector connector(options(broker.port()));
  Device device(connector, "d");
  ASSERT_TRUE(until(connector, [&] { return device.ups == 1; }));
  broker.freeze(true);
  const message::Publish large{"d/a", std::string(100'000, 'x'), 0, false};
  bool refused = false;
  for (int i = 0; i < 1'000 && !refused; ++i) refused = !device.link->send(large);
  EXPECT_TRUE(refused);
  broker.freeze(false);
  EXPECT_TRUE(until(connector, [&] { return device.link->send(large); }));
}

}  // namespace
}  // namespace sluice::mqtt
