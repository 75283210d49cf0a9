#pragma once

#include <functional>
#include <string>
#include <string_view>

struct mosquitto;

namespace sluice::bench {

/// A QoS 0 subscription to `bench/+` on libmosquitto, for a caller with its own epoll loop.
///
/// Threads: one, the caller's.
class MqttFeed {
 public:
  /// `key` is the topic's last level; both views end with the call.
  using OnMessage = std::function<void(std::string_view key, std::string_view payload)>;

  /// Connects to 127.0.0.1:`port`. Error: prints and ends the process with 69.
  MqttFeed(int port, OnMessage on_message);
  ~MqttFeed();
  MqttFeed(const MqttFeed&) = delete;
  MqttFeed& operator=(const MqttFeed&) = delete;

  /// The socket to wait on for input.
  [[nodiscard]] int descriptor() const;

  /// Takes what has arrived, at most `limit` messages. Error: ends the process when the broker is gone.
  void read(int limit);

  /// Keepalive; to be called about once a second.
  void tend();

  /// True once the broker has granted the subscription.
  [[nodiscard]] bool subscribed() const { return subscribed_; }

 private:
  mosquitto* client_;
  OnMessage on_message_;
  int received_ = 0;
  bool subscribed_ = false;
};

}  // namespace sluice::bench
