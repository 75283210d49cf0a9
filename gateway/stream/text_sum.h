#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::stream {

/// What a compressed stream's trailer says of its text: how long, and its check (CRC-32, RFC 1952 8).
///
/// Sums of neighbours can be added, so that the sum of what a client got is known without its text.
struct TextSum {
  std::uint32_t check = 0;
  std::uint64_t length = 0;

  static TextSum of(std::string_view text);
  /// Goes on by the text of `next`, which comes right after.
  void add(const TextSum& next);
  /// The sum of what a text of this sum lacks to one of the sum `whole`, which begins with it.
  TextSum up_to(const TextSum& whole) const;

  friend bool operator==(const TextSum&, const TextSum&) = default;
};

/// Bytes for a connection, and the sum of the text that they stand for: kept only where a coding needs it.
struct Written {
  std::string bytes;
  TextSum text;
};

}  // namespace sluice::stream
