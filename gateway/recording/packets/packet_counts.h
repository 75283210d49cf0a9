#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace sluice::recording {

/// What a packet capture lacks and what was made of it, counted.
struct PacketCounts {
  std::uint64_t packets = 0;
  std::uint64_t malformed_frames = 0;
  std::uint64_t fragments = 0;
  std::uint64_t connections = 0;
  std::uint64_t mqtt_connections = 0;
  std::uint64_t encrypted = 0;   // connections with TLS
  std::uint64_t compressed = 0;  // WebSocket connections with compressed frames
  std::uint64_t evicted = 0;     // connections forgotten because there were too many at a time
  std::uint64_t begun_before = 0;
  std::uint64_t guessed_levels = 0;
  std::uint64_t guessed_brokers = 0;
  std::uint64_t gaps = 0;
  std::uint64_t first_gap = 0;  // offset in the capture
  std::uint64_t gap_bytes = 0;
  std::uint64_t damaged = 0;
  std::uint64_t too_large = 0;
  std::uint64_t passed_over = 0;  // bytes
  std::uint64_t malformed_publishes = 0;
  std::uint64_t first_malformed = 0;  // offset in the capture
  std::uint64_t unknown_aliases = 0;
  std::uint64_t repeated = 0;   // sent again, by QoS 1 or 2
  std::uint64_t copies = 0;     // to subscribers, of what was read already
  std::uint64_t other_way = 0;  // publishes of the direction that was not asked for
  std::uint64_t to_keep = 0;    // publishes that ask the broker to keep them
};

/// One sentence for each that is not zero and that a reader of the messages should know.
std::vector<std::string> notes_of(const PacketCounts& counts);

}  // namespace sluice::recording
