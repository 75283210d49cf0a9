#pragma once

#include <atomic>
#include <cstdint>

#include "http/server_stats.h"

namespace sluice::http {

/// A number that one thread changes and any reads.
class Counter {
 public:
  void add(std::uint64_t more = 1) { value_.store(get() + more, std::memory_order_relaxed); }
  void subtract() { value_.store(get() - 1, std::memory_order_relaxed); }
  std::uint64_t get() const { return value_.load(std::memory_order_relaxed); }

 private:
  std::atomic<std::uint64_t> value_{0};
};

/// One shard's share of ServerStats, member by member.
///
/// Threads: changed by the shard's, read by any.
struct Counters {
  Counter clients;
  Counter connections;
  Counter requests;
  Counter rejected_heads;
  Counter client_opens;
  Counter client_ends;
  Counter overloaded;
  Counter over_address;
  Counter over_principal;
  Counter held_polls;
  Counter polls_held;
  Counter stalled;
  Counter late_heads;
  Counter sends;
  Counter bytes;
  Counter passes;

  void add_to(ServerStats& stats) const;
};

}  // namespace sluice::http
