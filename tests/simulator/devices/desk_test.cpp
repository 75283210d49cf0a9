#include "simulator/devices/desk.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/json.h"

namespace sluice::simulator {
namespace {

using testing::ElementsAre;
using testing::IsEmpty;
using testing::SizeIs;

DeskOptions quiet() {
  DeskOptions options;
  options.automatic = false;
  options.sensor = {.noise_mm = 0, .drop_out = 0, .longest_gap = 1};
  return options;
}

/// A desk on a bench: time passes when told.
struct Bench {
  explicit Bench(const DeskOptions& options = quiet()) : desk(options, at_ms(0)) {}

  void pass(milliseconds time) {
    for (const auto end = now + time; now < end; now += milliseconds(10)) desk.step(now + milliseconds(10), out);
  }
  void tell(std::string_view topic, std::string_view payload) {
    desk.receive({.topic = std::string(topic), .payload = std::string(payload), .time = now}, now, out);
  }
  void fail(std::string_view fault, milliseconds lasting) { desk.fail(fault, now, now + lasting, out); }
  std::vector<std::string> payloads(std::string_view topic) {
    std::vector<std::string> all;
    for (const auto& publish : out) {
      if (publish.topic == topic) all.push_back(publish.payload);
    }
    return all;
  }
  std::vector<std::string> states() {
    std::vector<std::string> all;
    for (const auto& payload : payloads("desk/a/state")) {
      const std::string state(parse_json(payload)->find("state")->as_text());
      if (all.empty() || all.back() != state) all.push_back(state);
    }
    return all;
  }

  Timestamp now = at_ms(0);
  Publishes out;
  Desk desk;
};

TEST(Desk, ReadsItsSensorTwentyTimesASecond) {
  Bench bench;
  bench.pass(milliseconds(1'000));
  EXPECT_THAT(bench.payloads("desk/a/range"), SizeIs(20));
  EXPECT_EQ(bench.payloads("desk/a/range")[0], R"({"raw_mm":818,"timestamp_ms":50})");
}

TEST(Desk, ReadsAtTheRateAskedFor) {
  auto options = quiet();
  options.readings_per_second = 0.5;
  Bench bench(options);
  bench.pass(milliseconds(10'000));
  EXPECT_THAT(bench.payloads("desk/a/range"), SizeIs(5));
}

TEST(Desk, AMoveGoesThroughItsStates) {
  Bench bench;
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  EXPECT_EQ(bench.payloads("desk/a/state"),
            std::vector<std::string>{R"({"state":"MOVING_UP","target_cm":110,"timestamp_ms":0})"});
  bench.pass(milliseconds(20'000));
  EXPECT_THAT(bench.states(), ElementsAre("MOVING_UP", "STABILIZING", "IDLE"));
  EXPECT_NEAR(bench.desk.height_mm(), 1'100, 1);
  EXPECT_THAT(bench.payloads("desk/a/state").back(), testing::HasSubstr(R"("target_cm":null)"));
  bench.tell("desk/a/cmd/move", R"({"target_cm":70})");
  EXPECT_EQ(bench.desk.state(), Desk::State::moving_down);
}

TEST(Desk, TheWholeWayTakesLessThanTheTimeout) {
  Bench bench;
  bench.tell("desk/a/cmd/move", R"({"target_cm":60})");
  bench.pass(milliseconds(10'000));
  bench.tell("desk/a/cmd/move", R"({"target_cm":130})");
  bench.pass(milliseconds(25'000));
  EXPECT_EQ(bench.desk.state(), Desk::State::idle);
  EXPECT_NEAR(bench.desk.height_mm(), 1'300, 1);
}

TEST(Desk, AMovementWithoutArrivalEndsInErrorAfterThirtySeconds) {
  auto options = quiet();
  options.motor.speed = 5;
  Bench bench(options);
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  bench.pass(milliseconds(30'400));
  EXPECT_EQ(bench.desk.state(), Desk::State::moving_up);
  bench.pass(milliseconds(200));
  EXPECT_EQ(bench.desk.state(), Desk::State::error);
  const auto stopped = bench.desk.height_mm();
  bench.pass(milliseconds(5'000));
  EXPECT_NEAR(bench.desk.height_mm(), stopped, 1);
  bench.tell("desk/a/cmd/move", R"({"target_cm":80})");
  EXPECT_EQ(bench.desk.state(), Desk::State::moving_down);
}

TEST(Desk, TellsItsStateEveryTenSeconds) {
  Bench bench;
  bench.pass(milliseconds(30'000));
  EXPECT_THAT(bench.payloads("desk/a/state"), SizeIs(3));
}

TEST(Desk, KeepsPresetsAndTellsThem) {
  Bench bench;
  bench.tell("desk/a/cmd/preset", R"({"slot":3,"label":"Kids","height_cm":65,"action":"saved"})");
  bench.tell("desk/a/cmd/preset", R"({"slot":1,"action":"deleted"})");
  EXPECT_THAT(
      bench.out,
      ElementsAre(
          message::Publish{"desk/a/preset/3", R"({"label":"Kids","height_cm":65,"action":"saved"})", 1, true},
          message::Publish{"desk/a/preset/1", R"({"label":"Sitting","height_cm":72,"action":"deleted"})", 1, true}));
  bench.out.clear();
  bench.desk.connected(bench.now, bench.out);
  EXPECT_THAT(bench.payloads("desk/a/preset/1"), IsEmpty());
  EXPECT_THAT(bench.payloads("desk/a/preset/3"), SizeIs(1));
}

TEST(Desk, IgnoresCommandsThatMakeNoSense) {
  Bench bench;
  for (const auto* command : {"", "{", "[]", "{}", R"({"target_cm":null})", R"({"target_cm":59})",
                              R"({"target_cm":131})", R"({"target_cm":"110"})", R"({"target_cm":1e99})"}) {
    bench.tell("desk/a/cmd/move", command);
  }
  for (const auto* command :
       {R"({"slot":0,"action":"deleted"})", R"({"slot":6,"action":"deleted"})", R"({"slot":1})",
        R"({"slot":1,"label":"","height_cm":80,"action":"saved"})",
        R"({"slot":1,"label":"x","height_cm":800,"action":"saved"})",
        R"({"slot":1,"label":"a label that is longer than 32 bytes","height_cm":80,"action":"saved"})"}) {
    bench.tell("desk/a/cmd/preset", command);
  }
  bench.tell("desk/b/cmd/move", R"({"target_cm":110})");
  EXPECT_THAT(bench.out, IsEmpty());
}

TEST(Desk, AtConnectItTellsAllThatIsRetained) {
  Bench bench;
  bench.desk.connected(bench.now, bench.out);
  std::vector<std::string> topics;
  for (const auto& publish : bench.out) {
    EXPECT_TRUE(publish.retain) << publish.topic;
    EXPECT_EQ(publish.qos, 1) << publish.topic;
    topics.push_back(publish.topic);
  }
  EXPECT_THAT(topics,
              ElementsAre("desk/a/online", "desk/a/wifi", "desk/a/state", "desk/a/preset/1", "desk/a/preset/2"));
  EXPECT_EQ(bench.payloads("desk/a/wifi")[0],
            R"({"status":"connected","ssid":"Workshop","ip_address":"192.168.1.100","rssi_dbm":-62,"timestamp_ms":0})");
}

TEST(Desk, ItsLastWillSaysOffline) {
  Bench bench;
  EXPECT_EQ(bench.desk.identity().will, (message::Publish{"desk/a/online", "offline", 1, true}));
  EXPECT_THAT(bench.desk.identity().subscriptions, ElementsAre("desk/a/cmd/+"));
}

TEST(Desk, ABrokenSensorIsAnErrorAndStopsTheMotor) {
  Bench bench;
  bench.fail("sensor_failure", milliseconds(20'000));
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  bench.pass(milliseconds(5'000));
  EXPECT_THAT(bench.payloads("desk/a/error"),
              ElementsAre(R"({"error_code":"SENSOR_FAILURE","message":"VL53L5CX not responding on I2C",)"
                          R"("severity":"critical","timestamp_ms":1000})"));
  EXPECT_EQ(bench.desk.state(), Desk::State::error);
  EXPECT_THAT(bench.payloads("desk/a/range"), IsEmpty());
  bench.pass(milliseconds(20'000));
  EXPECT_THAT(bench.payloads("desk/a/range"), SizeIs(101));
}

TEST(Desk, AStalledMotorEndsInErrorAfterThirtySeconds) {
  Bench bench;
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  bench.pass(milliseconds(2'000));
  bench.fail("stall", milliseconds(60'000));
  bench.pass(milliseconds(29'000));
  EXPECT_THAT(bench.states(), ElementsAre("MOVING_UP", "ERROR"));
  bench.pass(milliseconds(40'000));
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  bench.pass(milliseconds(20'000));
  EXPECT_EQ(bench.desk.state(), Desk::State::idle);
}

TEST(Desk, LowMemoryIsAWarning) {
  Bench bench;
  bench.fail("low_memory", milliseconds(1));
  EXPECT_THAT(bench.payloads("desk/a/error"),
              ElementsAre(R"({"error_code":"LOW_MEMORY","message":"Free heap below 50 KB",)"
                          R"("severity":"warning","timestamp_ms":0})"));
}

TEST(Desk, ARebootKeepsPresetsAndHeightAndStartsTheUptimeAnew) {
  Bench bench;
  bench.tell("desk/a/cmd/preset", R"({"slot":3,"label":"Kids","height_cm":65,"action":"saved"})");
  bench.tell("desk/a/cmd/move", R"({"target_cm":110})");
  bench.pass(milliseconds(5'000));
  const auto height = bench.desk.height_mm();
  bench.now += milliseconds(3'000);
  bench.desk.boot(bench.now);
  bench.out.clear();
  bench.desk.connected(bench.now, bench.out);
  EXPECT_THAT(bench.payloads("desk/a/preset/3"), SizeIs(1));
  EXPECT_EQ(bench.payloads("desk/a/state")[0], R"({"state":"IDLE","target_cm":null,"timestamp_ms":0})");
  bench.pass(milliseconds(50));
  EXPECT_THAT(bench.payloads("desk/a/range"), SizeIs(1));
  EXPECT_THAT(bench.payloads("desk/a/range")[0], testing::HasSubstr(R"("timestamp_ms":50})"));
  EXPECT_EQ(bench.desk.height_mm(), height);
}

TEST(Desk, AnIdleDeskMovesNowAndThen) {
  auto options = quiet();
  options.automatic = true;
  Bench bench(options);
  bench.pass(std::chrono::minutes(5));
  const auto states = bench.states();
  EXPECT_GE(std::count(states.begin(), states.end(), "MOVING_UP"), 3);
  EXPECT_GE(std::count(states.begin(), states.end(), "MOVING_DOWN"), 3);
  EXPECT_EQ(std::count(states.begin(), states.end(), "ERROR"), 0);
}

TEST(Desk, TheSameSeedGivesTheSameLife) {
  Bench one(DeskOptions{.seed = 7});
  Bench other(DeskOptions{.seed = 7});
  Bench third(DeskOptions{.seed = 8});
  for (auto* bench : {&one, &other, &third}) bench->pass(std::chrono::minutes(1));
  EXPECT_EQ(one.out, other.out);
  EXPECT_NE(one.out, third.out);
}

TEST(Desk, HowOftenItIsSteppedChangesNothing) {
  Bench often(DeskOptions{.seed = 7});
  often.pass(std::chrono::seconds(30));
  Bench seldom(DeskOptions{.seed = 7});
  seldom.desk.step(at_ms(30'000), seldom.out);
  EXPECT_EQ(often.out, seldom.out);
}

TEST(Desk, AfterALongSleepItGoesOnFromNow) {
  Bench bench;
  bench.desk.step(at_ms(86'400'000), bench.out);
  EXPECT_LE(bench.out.size(), 20U * 60 + 10);
  EXPECT_EQ(bench.payloads("desk/a/range").back(), R"({"raw_mm":818,"timestamp_ms":86400000})");
}

}  // namespace
}  // namespace sluice::simulator
