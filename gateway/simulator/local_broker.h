#pragma once

#include <condition_variable>
#include <cstddef>
#include <functional>
#include <map>
#include <memory>
#include <mutex>
#include <string>
#include <unordered_map>
#include <vector>

#include "message/connection.h"
#include "message/message.h"
#include "message/topic_filter.h"

namespace sluice::simulator {

/// What stands in for a broker between a fleet and one reader in the same process: the devices' messages go to the
/// reader, the reader's to the devices. It does what MQTT says of retained messages and of wills.
///
/// Threads: one; wake() from any.
/// Order: as published. Bounded: `most_waiting` messages, `most_retained` topics; beyond, send() says no.
class LocalBroker final : public message::Connector {
 public:
  LocalBroker();
  ~LocalBroker() override;

  // The devices' side:
  std::unique_ptr<message::Connection> open(message::Connection::Identity identity,
                                            message::Connection::Events events) override;
  void poll(milliseconds timeout) override;
  std::string error() const override { return {}; }

  // The reader's side:
  /// What it gets from now on, and of new filters also what is stored. Plain filters, none covering another.
  void subscribe(const std::vector<std::string>& filters);
  /// Hands out what waits, at most so many.
  void take(std::size_t most, const std::function<void(message::Message&&)>& receive);
  std::size_t waiting() const;
  /// Brings a message to every device that subscribed to its topic, now.
  void publish(const message::Publish& publish);
  /// Ends a poll() that waits.
  void wake();

  static constexpr std::size_t most_waiting = 200'000;
  static constexpr std::size_t most_retained = 200'000;

 private:
  class Link;
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::simulator
