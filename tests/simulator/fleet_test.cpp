#include "simulator/fleet.h"

#include <gmock/gmock.h>

#include <algorithm>
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
    Link(FakeConnector& of, Identity who, Events what)
        : identity(std::move(who)), events(std::move(what)), connector(of) {}
    ~Link() override { connector.links[identity.client_id] = nullptr; }
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
    FakeConnector& connector;
  };

  std::unique_ptr<Connection> open(Connection::Identity identity, Connection::Events events) override {
    auto link = std::make_unique<Link>(*this, std::move(identity), std::move(events));
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

TEST(Fleet, AllIsOneOfEachKindAndShape) {
  EXPECT_THAT(names(Hall({.device = "all"})),
              ElementsAre("bms-p1", "bms-p2", "bms-p3", "desk-a", "emulator-p4", "game-g1", "scada-s1", "scada-s2",
                          "shop-s1", "sparkplug-s3"));
  EXPECT_EQ(names(Hall({.device = "all", .count = 3})).size(), 30U);
}

TEST(Fleet, TakesTheShapesOfAKindInTurnOrOne) {
  EXPECT_THAT(names(Hall({.device = "scada", .count = 4, .shape = "mixed"})),
              ElementsAre("scada-s1", "scada-s2", "scada-s4", "sparkplug-s3"));
  EXPECT_THAT(names(Hall({.device = "scada", .count = 2, .shape = "sparkplug"})),
              ElementsAre("sparkplug-s1", "sparkplug-s2"));
}

TEST(Fleet, AFaultComesAtItsTimeInEveryDeviceThatCanHaveIt) {
  Hall hall({.device = "all", .automatic = false, .faults = {{"low_memory", milliseconds(2'000), std::nullopt}}});
  auto& desk = *hall.connector.links["desk-a"];
  desk.connect();
  const auto errors = [&] {
    return std::count_if(desk.sent.begin(), desk.sent.end(), [](auto& sent) { return sent.topic == "desk/a/error"; });
  };
  hall.pass(milliseconds(1'500));
  EXPECT_EQ(errors(), 0);
  hall.pass(milliseconds(1'000));
  EXPECT_EQ(errors(), 1);
}

TEST(Fleet, ALostLinkComesBackAndTheDeviceGoesOnMeanwhile) {
  Hall hall(
      {.device = "desk", .automatic = false, .faults = {{"link_loss", milliseconds(1'000), milliseconds(5'000)}}});
  hall.connector.links["desk-a"]->connect();
  hall.pass(milliseconds(2'000));
  EXPECT_EQ(hall.connector.links["desk-a"], nullptr);
  EXPECT_EQ(hall.fleet->counts().connected, 0U);
  hall.pass(milliseconds(5'000));
  auto* link = hall.connector.links["desk-a"];
  ASSERT_NE(link, nullptr);
  link->connect();
  hall.pass(milliseconds(100));
  EXPECT_THAT(link->sent.back().payload, testing::HasSubstr(R"("timestamp_ms":7)"));
}

TEST(Fleet, ARebootedDeviceStartsItsUptimeAnew) {
  Hall hall({.device = "desk", .automatic = false, .faults = {{"reboot", milliseconds(1'000), std::nullopt}}});
  hall.connector.links["desk-a"]->connect();
  hall.pass(milliseconds(2'000));
  EXPECT_EQ(hall.connector.links["desk-a"], nullptr);
  hall.pass(milliseconds(3'000));
  auto* link = hall.connector.links["desk-a"];
  ASSERT_NE(link, nullptr);
  link->connect();
  hall.pass(milliseconds(200));
  EXPECT_THAT(link->sent.back().payload, testing::HasSubstr(R"("timestamp_ms":1)"));
}

TEST(Fleet, AnEdgeNodeComesBackWithTheNextDeath) {
  Hall hall({.device = "scada",
             .shape = "sparkplug",
             .tags = 25,
             .faults = {{"link_loss", milliseconds(1'000), milliseconds(1'000)}}});
  const auto first = *hall.connector.links["sparkplug-s1"]->identity.will;
  hall.pass(milliseconds(3'000));
  const auto second = *hall.connector.links["sparkplug-s1"]->identity.will;
  EXPECT_EQ(first.topic, second.topic);
  EXPECT_NE(first.payload, second.payload);
}

TEST(Fleet, ErrorsNameTheNumberAndItsBounds) {
  ManualClock clock;
  FakeConnector connector(clock);
  const auto error = [&](const FleetOptions& options) {
    const auto fleet = Fleet::make(options, connector, clock);
    return fleet ? "no error" : fleet.error().message;
  };
  EXPECT_EQ(error({.device = "toaster"}), "no device 'toaster', expected one of: all battle bms desk orders scada");
  EXPECT_EQ(error({.device = "desk", .shape = "raw"}), "desk cannot publish 'raw', expected one of: mixed");
  EXPECT_EQ(error({.device = "bms", .shape = "tags"}),
            "bms cannot publish 'tags', expected one of: pack cell raw emulator mixed");
  EXPECT_EQ(error({.device = "desk", .faults = {{"leak", {}, {}}}}),
            "desk cannot have the fault 'leak', expected one of: link_loss low_memory reboot sensor_failure stall");
  EXPECT_EQ(error({.count = 0}), "count 0, expected 1 to 20000");
  EXPECT_EQ(error({.device = "all", .count = 2'001}), "count 2001, expected 1 to 2000");
  EXPECT_EQ(error({.chemistry = "lead"}), "chemistry 'lead', expected one of: lfp nmc");
  EXPECT_EQ(error({.tags = 3}), "3 tags, expected 25 to 2000");
  EXPECT_EQ(error({.rate = -1}), "rate -1, expected at most 1000 a second");
  EXPECT_EQ(error({.speed = 0}), "speed 0, expected 0.001 to 1000");
  EXPECT_EQ(error({.cells = 401}), "401 cells, expected 1 to 400");
}

}  // namespace
}  // namespace sluice::simulator
