#pragma once

#include <string>
#include <vector>

#include "mqtt/broker.h"

namespace sluice::app {

/// A capture in place of a broker: all that it holds comes, and what is sent is dropped; whoever sends is told so.
///
/// Threads: as mqtt::Broker.
class ReplayBroker final : public mqtt::Broker {
 public:
  /// `capture` outlives it. `name`: for the status, where a broker's address stands otherwise: "replay of plant.jsonl".
  ReplayBroker(message::MessageSource& capture, std::string name);

  void subscribe(std::vector<std::string>) override {}
  void poll(milliseconds timeout, const Receive& receive) override;
  void acknowledge() override { capture_.acknowledge(); }
  void wake() override { capture_.wake(); }
  Link link() override { return capture_.link(); }
  void send(const message::Publish& publish, Done done) override;
  const mqtt::MqttStats& stats() const override { return stats_; }
  mqtt::MqttStatus status() const override;

 private:
  message::MessageSource& capture_;
  const std::string name_;
  mqtt::MqttStats stats_;
};

}  // namespace sluice::app
