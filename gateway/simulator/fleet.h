#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "message/connection.h"
#include "simulator/fault.h"

namespace sluice::simulator {

/// Which devices to simulate, and how.
struct FleetOptions {
  std::string device = "desk";  // one of device_names(), or `all`
  int count = 1;                // how many; of `all`: of each kind and shape
  std::string shape = {};       // how they publish, where a kind has several ways; "": its first; `mixed`: in turn
  double rate = 0;              // measurements a second of each device; 0: the firmware's own
  double speed = 1;             // device seconds a second
  std::uint64_t seed = 1;
  bool automatic = true;          // idle desks move between their presets now and then
  int cells = 16;                 // of a pack
  std::string chemistry = "lfp";  // of its cells: lfp, nmc
  int tags = 245;                 // of a site
  std::vector<Fault> faults = {};
};

/// `battle bms desk orders scada`
std::string device_names();

/// Many devices, each with its own MQTT connection, driven by one thread.
///
/// A fault breaks every device that can have it; two are everybody's: `link_loss` cuts the connection without a
/// goodbye, `reboot` takes the power away too.
///
/// Threads: one.
class Fleet {
 public:
  struct Counts {
    std::size_t devices = 0;
    std::size_t connected = 0;
    std::uint64_t published = 0;
    std::uint64_t dropped = 0;  // the link was not up, or full
    std::uint64_t received = 0;
  };

  /// `connector` and `clock` must outlive the fleet.
  /// Error: an unknown device, shape or fault, or a number out of its bounds.
  static Expected<std::unique_ptr<Fleet>> make(const FleetOptions& options, message::Connector& connector,
                                               const Clock& clock);
  ~Fleet();

  /// Waits for the next device's step, at most `timeout`, and does what is due, at most `steps_at_once` steps.
  void turn(milliseconds timeout);
  Counts counts() const;

  static constexpr int most_devices = 20'000;
  static constexpr int steps_at_once = 2'000;

 private:
  struct State;
  explicit Fleet(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::simulator
