#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "mqtt/broker.h"
#include "simulator/fleet.h"

namespace sluice::app {

/// Simulated devices in place of a broker: they run on the pipeline thread, their messages come as a broker's would,
/// and what the gateway publishes reaches them.
///
/// Threads: as mqtt::Broker; counts() from any.
class FleetBroker final : public mqtt::Broker {
 public:
  /// `clock` must outlive it. Error: what Fleet::make says.
  static Expected<std::unique_ptr<FleetBroker>> make(const simulator::FleetOptions& options, const Clock& clock);
  ~FleetBroker() override;

  void subscribe(std::vector<std::string> filters) override;
  void poll(milliseconds timeout, const Receive& receive) override;
  void acknowledge() override {}
  void wake() override;
  Link link() override;
  void send(const message::Publish& publish, Done done) override;
  const mqtt::MqttStats& stats() const override;
  mqtt::MqttStatus status() const override;

  /// As of some turns ago, at most a quarter of a second.
  simulator::Fleet::Counts counts() const;

  static constexpr std::size_t batch_messages = 1'000;

 private:
  struct State;
  explicit FleetBroker(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::app
