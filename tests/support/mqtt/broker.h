#pragma once

#include <sys/types.h>

#include <cstdint>
#include <functional>
#include <string>

#include "base/clock.h"

namespace sluice::test {

/// A real mosquitto of its own on a free port of 127.0.0.1; it ends with this object.
class Broker {
 public:
  /// `extra`: further lines of its configuration. Starts it and waits until it listens.
  explicit Broker(std::string extra = "");
  ~Broker();
  Broker(const Broker&) = delete;
  Broker& operator=(const Broker&) = delete;

  std::uint16_t port() const { return port_; }
  std::string url() const;
  /// The folder of its files.
  const std::string& folder() const { return folder_; }

  void start();
  /// SIGTERM, and waits until it is gone. With `persistence true` it keeps its sessions.
  void stop();
  /// SIGKILL.
  void crash();
  void restart() {
    stop();
    start();
  }
  /// Stops and goes on with its work, while its connections stay: a broker that hangs.
  void freeze(bool frozen);

 private:
  void end(int signal);
  std::string extra_;
  std::string folder_;
  std::uint16_t port_;
  pid_t pid_ = -1;
};

/// A free port of 127.0.0.1, most likely still free a moment later.
std::uint16_t free_port();

/// Repeats `step` until `fact` holds; false when it does not within 20 s.
bool eventually(const std::function<bool()>& fact, const std::function<void()>& step);

}  // namespace sluice::test
