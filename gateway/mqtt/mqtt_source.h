#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message/properties.h"
#include "mqtt/broker.h"
#include "mqtt/mqtt_options.h"

namespace sluice::mqtt {

/// The gateway's one connection to its broker: a source and a sink of messages that connects, and reconnects, by
/// itself.
///
/// Threads: as MessageSource and MessageSink; stats() and status() from any. Host names are resolved and connections
/// made by a short-lived thread of its own, so that poll() never blocks longer than asked.
/// Order: as the broker sends; QoS 1 at most. A message is handed out once, though filters overlap (MQTT 5) and though
/// the broker sends it again after a reconnect.
class MqttSource final : public Broker {
 public:
  /// Connects at the first poll(). `clock` must outlive this.
  MqttSource(MqttOptions options, const Clock& clock);
  ~MqttSource() override;

  /// Sets what to subscribe to, now and at every reconnect; what was subscribed and is not among `filters` ends.
  /// `filters`: plain (+ and #), each once, none covering another.
  void subscribe(std::vector<std::string> filters) override;

  /// Told of each message that poll() will hand out, as it comes, with its MQTT 5 properties: for recordings.
  using Tap = std::function<void(const message::Message& message, message::Properties&& properties)>;
  /// Call it from the thread that polls.
  void set_tap(Tap tap);

  void poll(milliseconds timeout, const Receive& receive) override;
  void acknowledge() override;
  void wake() override;
  Link link() override;
  void send(const message::Publish& publish, Done done) override;
  /// As send(), with properties (MQTT 5).
  void send(const message::Publish& publish, const message::Properties* properties, Done done);

  const MqttStats& stats() const override;
  MqttStatus status() const override;

  static constexpr std::size_t batch_messages = 200;
  static constexpr std::size_t batch_bytes = 4U << 20;
  static constexpr std::size_t publishes_under_way = 1000;  // beyond, send() is an error
  static constexpr milliseconds publish_patience{5000};

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::mqtt
