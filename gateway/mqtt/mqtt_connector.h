#pragma once

#include <memory>
#include <string>

#include "message/connection.h"
#include "mqtt/mqtt_options.h"

namespace sluice::mqtt {

/// Connections of many MQTT clients to one broker, over one epoll: what the simulated devices of a fleet speak through.
///
/// Threads: one. Each attempt to connect has a short-lived thread; at most `attempts_at_once` run.
class MqttConnector final : public message::Connector {
 public:
  /// `options.client_id` is not used: every connection brings its own.
  explicit MqttConnector(MqttOptions options);
  ~MqttConnector() override;

  std::unique_ptr<message::Connection> open(message::Connection::Identity identity,
                                            message::Connection::Events events) override;
  void poll(milliseconds timeout) override;
  std::string error() const override;

  static constexpr std::size_t attempts_at_once = 16;
  /// File descriptors of each connection: its socket, and a pair that the library opens to wake a loop of its own.
  static constexpr std::size_t descriptors_each = 3;

 private:
  class Link;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::mqtt
