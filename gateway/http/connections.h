#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <vector>

#include "http/counters.h"

namespace sluice::http {

/// A TCP connection of a shard, for as long as the library has it.
struct Connection {
  int fd = -1;
  std::int64_t deadline_ms = 0;  // when the bytes waited for must be there
  std::size_t index = 0;         // in `awaited`, while it is
  bool awaited = false;
};

/// The connections that owe the gateway bytes: a request's head, its body. The library's own timer is one of
/// inactivity, which a byte a second outlives.
///
/// Threads: the shard's.
class Connections {
 public:
  explicit Connections(Counters& counters) : counters_(counters) {}

  /// Bytes are due from it until then; a later call moves the deadline.
  void await(Connection& connection, std::int64_t deadline_ms);
  /// It has sent them, or is gone.
  void release(Connection& connection);
  /// Shuts those down that are late.
  void sweep(std::int64_t now_ms);
  bool waiting() const { return !awaited_.empty(); }

 private:
  Counters& counters_;
  std::vector<Connection*> awaited_;
};

}  // namespace sluice::http
