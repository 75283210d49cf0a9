#include "simulator/fleet.h"

#include <gmock/gmock.h>

#include <map>

namespace sluice::simulator {
namespace {

using message::Connection;
using testing::Contains;
using testing::ElementsAre;

/// Connections to nowhere, in the hands of the test; its poll() lets the time pass.
class FakeConnector final : public message::Connector {
 public:
  explicit FakeConnector(ManualClock& clock) : clock_(clock) {}

  struct Link final : Connection {
    Link(Identity who, Events what) : identity(std::move(who)), events(std::move(what)) {}
    bool is_up() const override { return up; }
    bool send(const message::Publish& publish) override {
      if (up) sent.push_back(publish);
      return up;
    }
    void connect() {
      up = true;
      events.up();
    }
    Identity identity;
    Events events;
    bool up = false;
    std::vector<message::Publish> sent;
  };

  std::unique_ptr<Connection> open(Connection::Identity identity, Connection::Events events) override {
    auto link = std::make_unique<Link>(std::move(identity), std::move(events));
    links[link->identity.client_id] = link.get();
    return link;
  }
  void poll(milliseconds timeout) override { clock_.advance(timeout); }
  std::string error() const override { return ""; }

  std::map<std::string, Link*> links;

 private:
  ManualClock& clock_;
};

struct Hall {
  explicit Hall(const FleetOptions& options) : fleet(*Fleet::make(options, connector, clock)) {}
  void pass(milliseconds time) {
    for (const auto end = clock.now() + time; clock.now() < end;) fleet->turn(milliseconds(100));
  }
  ManualClock clock{at_ms(1'000'000)};
  FakeConnector connector{clock};
  std::unique_ptr<Fleet> fleet;
};

std::vector<std::string> names(const Hall& hall) {
  std::vector<std::string> all;
  for (const auto& [name, link] : hall.connector.links) all.push_back(name);
  return all;
}

TEST(Fleet, NamesItsDevices) {
  EXPECT_THAT(names(Hall({.device = "desk", .count = 3})), ElementsAre("desk-a", "desk-b", "desk-c"));
  EXPECT_THAT(names(Hall({.device = "bms", .count = 2})), ElementsAre("bms-p1", "bms-p2"));
  EXPECT_THAT(names(Hall({.device = "desk", .count = 28})), Contains("desk-ab"));
}

TEST(Fleet, DevicesPublishWhenConnected) {
  Hall hall({.device = "desk"});
  auto& link = *hall.connector.links["desk-a"];
  hall.pass(milliseconds(1'000));
  EXPECT_TRUE(link.sent.empty());
  EXPECT_GT(hall.fleet->counts().dropped, 10U);
  link.connect();
  EXPECT_EQ(link.sent.front(), (message::Publish{"desk/a/online", "online", 1, true}));
  hall.pass(milliseconds(1'000));
  EXPECT_GT(link.sent.size(), 15U);
  EXPECT_EQ(hall.fleet->counts().connected, 1U);
}

TEST(Fleet, CommandsReachTheirDevice) {
  Hall hall({.device = "desk", .count = 2, .automatic = false});
  auto& link = *hall.connector.links["desk-b"];
  link.connect();
  link.sent.clear();
  link.events.message({.topic = "desk/b/cmd/move", .payload = R"({"target_cm":100})"});
  ASSERT_EQ(link.sent.size(), 1U);
  EXPECT_THAT(link.sent[0].payload, testing::HasSubstr("MOVING_UP"));
}

TEST(Fleet, SpeedLetsDeviceTimePassFaster) {
  Hall hall({.device = "desk", .speed = 10});
  auto& link = *hall.connector.links["desk-a"];
  link.connect();
  hall.pass(milliseconds(2'000));
  EXPECT_GT(link.sent.size(), 380U);
}

TEST(Fleet, ErrorsNameTheNumberAndItsBounds) {
  ManualClock clock;
  FakeConnector connector(clock);
  const auto error = [&](const FleetOptions& options) {
    const auto fleet = Fleet::make(options, connector, clock);
    return fleet ? "no error" : fleet.error().message;
  };
  EXPECT_EQ(error({.device = "toaster"}), "no device 'toaster', expected one of: bms desk");
  EXPECT_EQ(error({.count = 0}), "count 0, expected 1 to 20000");
  EXPECT_EQ(error({.rate = -1}), "rate -1, expected at most 1000 a second");
  EXPECT_EQ(error({.speed = 0}), "speed 0, expected 0.001 to 1000");
  EXPECT_EQ(error({.cells = 401}), "401 cells, expected 1 to 400");
}

}  // namespace
}  // namespace sluice::simulator
