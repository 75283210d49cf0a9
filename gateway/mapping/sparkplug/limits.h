#pragma once

#include <chrono>
#include <cstddef>

#include "base/clock.h"

namespace sluice::mapping::sparkplug {

/// Bounds on what Sparkplug messages may make the gateway keep or build; what is beyond them is an error, and counted.
struct Limits {
  std::size_t nodes = 10'000;
  std::size_t metrics_per_node = 100'000;                 // with those of its devices; also the metrics of one message
  std::size_t name_bytes = 1024;                          // of a group, node, device or metric
  int depth = 64;                                         // of property sets within property sets
  std::size_t value_bytes = std::size_t{4} << 20;         // on the heap, of one array or data set
  std::size_t record_bytes = std::size_t{32} << 20;       // about, of the records of one birth or data message
  std::size_t state_bytes = std::size_t{128} << 20;       // of all nodes: their metrics and last values
  milliseconds rebirth_pause = std::chrono::seconds(10);  // between two requests to one node
};

}  // namespace sluice::mapping::sparkplug
