#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/expected.h"
#include "message/connection.h"

namespace sluice::simulator {

/// Which devices to simulate, and how.
struct FleetOptions {
  enum class CellTopics : std::uint8_t { cell, pack, raw };

  std::string device = "desk";  // one of device_names()
  int count = 1;                // desks a, b, c ...; packs p1, p2 ...
  double rate = 0;              // measurements a second of each device; 0: the firmware's own (desk 20, bms 0.5)
  double speed = 1;             // device seconds a second
  std::uint64_t seed = 1;
  bool automatic = true;  // idle desks move between their presets now and then
  int cells = 16;         // of a pack
  CellTopics cell_topics = CellTopics::pack;
};

/// `bms desk`
std::string device_names();

/// Many devices of one kind, each with its own MQTT connection, driven by one thread.
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
  /// Error: an unknown device, or a number out of its bounds.
  static Expected<std::unique_ptr<Fleet>> make(const FleetOptions& options, message::Connector& connector,
                                               const Clock& clock);
  ~Fleet();

  /// Waits for the next device's step, at most `timeout`, and does all that is due.
  void turn(milliseconds timeout);
  Counts counts() const;

 private:
  struct State;
  explicit Fleet(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::simulator
