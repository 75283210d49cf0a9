#pragma once

#include <cstdint>
#include <initializer_list>
#include <string>
#include <string_view>
#include <thread>

namespace sluice::test {

/// A broker that takes one connection at a time, waits for the first packet and answers each with the same bytes, which
/// need not be MQTT; then it holds the connection open.
class ScriptedBroker {
 public:
  explicit ScriptedBroker(std::string answer);
  ~ScriptedBroker();
  ScriptedBroker(const ScriptedBroker&) = delete;
  ScriptedBroker& operator=(const ScriptedBroker&) = delete;

  std::uint16_t port() const { return port_; }

 private:
  void serve();
  std::string answer_;
  int listener_;
  std::uint16_t port_;
  std::thread thread_;
};

/// A port of 127.0.0.1 that does not answer: its queue of connections is full, so that connecting takes minutes.
class DeafPort {
 public:
  DeafPort();
  ~DeafPort();
  DeafPort(const DeafPort&) = delete;
  DeafPort& operator=(const DeafPort&) = delete;
  std::uint16_t port() const { return port_; }

 private:
  int listener_;
  int fillers_[4];
  std::uint16_t port_;
};

/// `bytes({0x20, 0x02})`
inline std::string bytes(std::initializer_list<int> values) {
  std::string text;
  for (const int value : values) text += static_cast<char>(value);
  return text;
}

}  // namespace sluice::test
