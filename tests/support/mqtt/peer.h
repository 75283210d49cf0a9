#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

struct mosquitto;

namespace sluice::test {

/// Another client of the broker, on libmosquitto's plain loop, that publishes and listens.
class Peer {
 public:
  struct Heard {
    std::string topic;
    std::string payload;
    int qos;
    bool retain;
  };

  /// Connects; fails the test when the broker does not answer.
  explicit Peer(std::uint16_t port, const std::string& client_id = "peer");
  ~Peer();
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  /// Publishes and, with QoS 1, waits for the acknowledgement.
  void publish(const std::string& topic, const std::string& payload, int qos = 1, bool retain = false);
  /// Subscribes at QoS 1 and waits for the grant.
  void subscribe(const std::string& filter);
  void turn();
  const std::vector<Heard>& heard() const { return heard_; }

 private:
  struct Callbacks;
  void wait(int& counter);
  mosquitto* handle_;
  int connected_ = 0;
  int acknowledged_ = 0;
  int granted_ = 0;
  std::vector<Heard> heard_;
};

}  // namespace sluice::test
