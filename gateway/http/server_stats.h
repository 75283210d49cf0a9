#pragma once

#include <cstdint>

namespace sluice::http {

/// Counts since the start, over all shards (`clients`, `connections`, `held_polls`: now).
struct ServerStats {
  std::uint64_t clients = 0;      // of streams
  std::uint64_t connections = 0;  // all, streams' included
  std::uint64_t requests = 0;
  std::uint64_t rejected_heads = 0;  // 400, 413, 431 for what the request itself is
  std::uint64_t client_opens = 0;
  std::uint64_t client_ends = 0;
  std::uint64_t overloaded = 0;      // clients turned away at the limit in all
  std::uint64_t over_address = 0;    // at the limit of one address
  std::uint64_t over_principal = 0;  // at the limit of one principal
  std::uint64_t held_polls = 0;      // that wait for something newer
  std::uint64_t polls_held = 0;      // that have ever waited
  std::uint64_t stalled = 0;         // clients ended because they took no byte, or answered no ping
  std::uint64_t late_heads = 0;      // connections ended at the header deadline
  std::uint64_t sends = 0;
  std::uint64_t bytes = 0;  // of streams
  std::uint64_t passes = 0;
};

}  // namespace sluice::http
