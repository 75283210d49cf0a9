#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <ctime>
#include <optional>
#include <string>

namespace sluice::bench {

inline std::int64_t monotonic_nanoseconds() {
  timespec now{};
  clock_gettime(CLOCK_MONOTONIC, &now);
  return static_cast<std::int64_t>(now.tv_sec) * 1'000'000'000 + now.tv_nsec;
}

/// One message of the load: its number in the whole run and when it was published (CLOCK_MONOTONIC).
///
/// Message `sequence` goes to key `sequence % keys`, so that a client of one key expects every keys-th number.
struct Tick {
  std::uint64_t sequence = 0;
  std::int64_t sent_nanoseconds = 0;
};

/// The JSON form of a tick: `{"t":1ttttttttttttttttttt,"seq":1sssssssss,"pad":"..."}`.
///
/// Invariant: numbers carry a leading 1 and so have always the same width; a reader finds them by offset.
namespace tick_json {

inline constexpr char start[] = R"({"t":)";
inline constexpr char middle[] = R"(,"seq":)";
inline constexpr char padding[] = R"(,"pad":")";
inline constexpr std::size_t time_at = sizeof start - 1;
inline constexpr std::size_t time_digits = 19;
inline constexpr std::size_t sequence_at = time_at + time_digits + sizeof middle - 1;
inline constexpr std::size_t sequence_digits = 10;
inline constexpr std::size_t numbers_end = sequence_at + sequence_digits;
inline constexpr std::size_t smallest = numbers_end + sizeof padding - 1 + 2;
inline constexpr std::uint64_t time_base = 1'000'000'000'000'000'000;
inline constexpr std::uint64_t sequence_base = 1'000'000'000;

inline void write_digits(char* to, std::uint64_t value, std::size_t digits) {
  for (std::size_t i = digits; i-- > 0; value /= 10) to[i] = static_cast<char>('0' + value % 10);
}

inline std::uint64_t read_digits(const char* from, std::size_t digits) {
  std::uint64_t value = 0;
  for (std::size_t i = 0; i < digits; ++i) value = value * 10 + static_cast<std::uint64_t>(from[i] - '0');
  return value;
}

/// A payload of `size` bytes (at least `smallest`) whose numbers stamp() fills in.
inline std::string blank(std::size_t size) {
  std::string json =
      std::string(start) + std::string(time_digits, '0') + middle + std::string(sequence_digits, '0') + padding;
  if (size > smallest) json.append(size - smallest, 'x');
  return json + "\"}";
}

inline void stamp(char* json, const Tick& tick) {
  write_digits(json + time_at, time_base + static_cast<std::uint64_t>(tick.sent_nanoseconds), time_digits);
  write_digits(json + sequence_at, sequence_base + tick.sequence, sequence_digits);
}

/// Nothing when the bytes do not start like a tick.
inline std::optional<Tick> parse(const char* json, std::size_t size) {
  if (size < smallest || std::memcmp(json, start, time_at) != 0 ||
      std::memcmp(json + time_at + time_digits, middle, sizeof middle - 1) != 0)
    return std::nullopt;
  const std::uint64_t sequence = read_digits(json + sequence_at, sequence_digits);
  const std::uint64_t sent = read_digits(json + time_at, time_digits);
  if (sequence < sequence_base || sent < time_base) return std::nullopt;
  return Tick{sequence - sequence_base, static_cast<std::int64_t>(sent - time_base)};
}

}  // namespace tick_json
}  // namespace sluice::bench
