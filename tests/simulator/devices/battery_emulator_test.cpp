#include "simulator/devices/battery_emulator.h"

#include <gmock/gmock.h>

#include "base/json.h"

namespace sluice::simulator {
namespace {

using testing::ElementsAre;

struct Garage {
  void pass(int seconds) {
    now += std::chrono::seconds(seconds);
    emulator.step(now, out);
  }
  void tell(std::string_view command, std::string_view payload) {
    emulator.receive({.topic = "be/command/" + std::string(command), .payload = std::string(payload)}, now, out);
  }
  std::vector<Value> payloads(std::string_view topic) const {
    std::vector<Value> all;
    for (const auto& publish : out) {
      if (publish.topic == topic) all.push_back(*parse_json(publish.payload));
    }
    return all;
  }
  Timestamp now = at_ms(0);
  Publishes out;
  BatteryEmulator emulator{{.name = "be", .cells = 12}, at_ms(0)};
};

TEST(BatteryEmulator, HasNotHeardItsBatteryAtFirst) {
  Garage garage;
  garage.pass(12);
  const auto states = garage.payloads("be/info");
  ASSERT_EQ(states.size(), 2U);
  EXPECT_EQ(states[0].find("bms_status")->as_text(), "STANDBY");
  EXPECT_EQ(states[0].find("SOC"), nullptr);
  EXPECT_EQ(states[1].find("bms_status")->as_text(), "ACTIVE");
  EXPECT_GT(states[1].find("SOC")->as_number(), 80);
  EXPECT_NEAR(states[1].find("battery_voltage")->as_number(), 12 * 4.1, 1);
  EXPECT_EQ(states[1].find("emulator_uptime")->as_int(), 10);
}

TEST(BatteryEmulator, TellsItsCellsEveryMinute) {
  Garage garage;
  garage.pass(130);
  const auto cells = garage.payloads("be/spec_data");
  ASSERT_EQ(cells.size(), 3U);
  EXPECT_EQ(cells[0].find("cell_voltages")->as_list().size(), 12U);
  EXPECT_EQ(cells[0].find("cell_balancing")->as_list().size(), 12U);
}

TEST(BatteryEmulator, AnIncidentIsToldOnceWithItsNumbersAsTexts) {
  Garage garage;
  garage.pass(20);
  garage.emulator.fail("broken_wire", garage.now, garage.now + milliseconds(60'000), garage.out);
  garage.pass(30);
  const auto incidents = garage.payloads("be/events");
  ASSERT_EQ(incidents.size(), 2U);
  EXPECT_EQ(incidents[0].find("event_type")->as_text(), "EVENT_CELL_DEVIATION_HIGH");
  EXPECT_EQ(incidents[0].find("count")->as_text(), "1");
  EXPECT_EQ(incidents[0].find("millis")->as_text(), "21000");
  EXPECT_EQ(incidents[1].find("severity")->as_text(), "ERROR");
}

TEST(BatteryEmulator, ObeysPauseAndLimits) {
  Garage garage;
  garage.tell("PAUSE", "");
  garage.pass(10);
  auto state = garage.payloads("be/info").back();
  EXPECT_EQ(state.find("pause_status")->as_text(), "PAUSED");
  EXPECT_EQ(state.find("battery_current")->as_number(), 0);
  garage.tell("RESUME", "");
  garage.tell("SET_LIMITS", R"({"max_charge":50,"max_discharge":40,"timeout":60})");
  garage.pass(20);
  state = garage.payloads("be/info").back();
  EXPECT_EQ(state.find("battery_current")->as_number(), 5);
  garage.pass(60);
  EXPECT_GT(garage.payloads("be/info").back().find("battery_current")->as_number(), 5);
}

TEST(BatteryEmulator, IgnoresLimitsThatMakeNoSense) {
  Garage garage;
  for (const auto* payload : {"", "{}", "[]", R"({"max_charge":-1,"max_discharge":1,"timeout":1})",
                              R"({"max_charge":1,"max_discharge":1,"timeout":0})", R"({"max_charge":"1"})"}) {
    garage.tell("SET_LIMITS", payload);
  }
  garage.pass(20);
  EXPECT_GT(garage.payloads("be/info").back().find("battery_current")->as_number(), 5);
}

TEST(BatteryEmulator, SaysOnlineAndItsWillSaysOffline) {
  Garage garage;
  EXPECT_EQ(garage.emulator.identity().will, (message::Publish{"be/status", "offline", 1, true}));
  EXPECT_THAT(garage.emulator.identity().subscriptions, ElementsAre("be/command/+"));
  garage.emulator.connected(garage.now, garage.out);
  EXPECT_EQ(garage.out.front(), (message::Publish{"be/status", "online", 1, true}));
}

}  // namespace
}  // namespace sluice::simulator
