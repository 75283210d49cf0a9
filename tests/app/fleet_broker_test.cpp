#include "app/fleet_broker.h"

#include <gmock/gmock.h>

#include <set>

namespace sluice::app {
namespace {

using testing::Contains;
using testing::HasSubstr;

class FleetBrokerTest : public testing::Test {
 protected:
  void start(const simulator::FleetOptions& options) { broker_ = *FleetBroker::make(options, clock_); }
  void pass(milliseconds time) {
    for (const auto end = clock_.now() + time; clock_.now() < end;) {
      clock_.advance(milliseconds(50));
      broker_->poll(milliseconds(0),
                    [this](message::Message&& message) { heard_.push_back(message.topic + " " + message.payload); });
    }
  }
  ManualClock clock_{at_ms(1'000'000)};
  std::unique_ptr<FleetBroker> broker_;
  std::vector<std::string> heard_;
};

TEST_F(FleetBrokerTest, DevicesSpeakAsThroughABroker) {
  start({.device = "desk"});
  broker_->subscribe({"desk/+/online", "desk/+/range"});
  pass(milliseconds(1'000));
  EXPECT_THAT(heard_, Contains("desk/a/online online"));
  EXPECT_GT(heard_.size(), 10U);
  EXPECT_TRUE(broker_->link().connected);
  EXPECT_EQ(broker_->status().address, "simulated devices");
  EXPECT_EQ(broker_->stats().messages.load(), heard_.size());
  EXPECT_EQ(broker_->counts().connected, 1U);
}

TEST_F(FleetBrokerTest, CommandsReachTheDeviceAndItsAnswerComesBack) {
  start({.device = "desk", .automatic = false});
  broker_->subscribe({"desk/+/state"});
  pass(milliseconds(1'000));
  bool sent = false;
  broker_->send({"desk/a/cmd/move", R"({"target_cm":110})", 1}, [&](Expected<void> done) { sent = done.has_value(); });
  EXPECT_TRUE(sent);
  pass(milliseconds(100));
  EXPECT_THAT(heard_, Contains(HasSubstr("MOVING_UP")));
}

TEST_F(FleetBrokerTest, SaysWhatAFleetSaysOfItsOptions) {
  const auto broker = FleetBroker::make({.device = "toaster"}, clock_);
  ASSERT_FALSE(broker);
  EXPECT_THAT(broker.error().message, HasSubstr("no device 'toaster'"));
}

}  // namespace
}  // namespace sluice::app
