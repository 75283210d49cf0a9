#pragma once

#include <cstdint>
#include <string>

namespace sluice::stream {

/// Bytes for a connection, and what they stand for once unpacked.
///
/// The check (CRC-32) and length of the text are kept only where a coding needs them, for the trailer of its stream.
struct TextSum {
  std::uint32_t check = 0;
  std::uint64_t length = 0;
  friend bool operator==(const TextSum&, const TextSum&) = default;
};

struct Written {
  std::string bytes;
  TextSum text;
};

}  // namespace sluice::stream
