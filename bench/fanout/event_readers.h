#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "fanout/tick.h"

namespace sluice::bench {

/// What the readers below find, in the order of the bytes. `Found` has:
///   void tick(const Tick&)            one event of the load
///   void position(std::uint64_t)      the number after the last '-' of an event's id
///   void other(bool gap)              any other event; `gap` when the server says that events are missing
///
/// Result of each reader: how many bytes are done with; the rest is the start of an event not yet whole.

/// Server-Sent Events (WHATWG HTML 9.2.6) with LF line ends, as every peer here writes them.
///
/// `data_line` remembers the length of the last tick's data line, so that the next one's end is looked up, not
/// searched.
template <class Found>
std::size_t read_sse(const char* bytes, std::size_t size, std::size_t& data_line, Found& found) {
  static constexpr char data_start[] = R"(data: {"t":)";
  constexpr std::size_t json_at = 6;
  std::size_t done = 0;
  for (;;) {
    std::size_t at = done;
    bool has_tick = false;
    bool has_data = false;
    bool gap = false;
    bool has_position = false;
    std::uint64_t position = 0;
    Tick tick;
    for (;; ++at) {
      if (at >= size) return done;
      const char* line = bytes + at;
      const std::size_t left = size - at;
      if (*line == '\n') break;
      if (*line == 'i') {
        std::size_t i = 0;
        for (; i < left && line[i] != '\n'; ++i) {
          if (line[i] == '-') {
            has_position = true;
            position = 0;
          } else {
            position = position * 10 + static_cast<std::uint64_t>(line[i] - '0');
          }
        }
        at += i;
      } else {
        std::size_t length = 0;
        if (*line == 'd' && data_line < left && line[data_line] == '\n') {
          length = data_line;
        } else {
          const void* end = std::memchr(line, '\n', left);
          if (end == nullptr) return done;
          length = static_cast<std::size_t>(static_cast<const char*>(end) - line);
        }
        if (*line == 'd') {
          has_data = true;
          if (length > sizeof data_start && std::memcmp(line, data_start, sizeof data_start - 1) == 0) {
            if (const auto parsed = tick_json::parse(line + json_at, length - json_at)) {
              tick = *parsed;
              has_tick = true;
              data_line = length;
            }
          } else if (length == data_line) {  // not a tick: the shortcut may have jumped over a shorter line's end
            const void* end = std::memchr(line, '\n', left);
            length = static_cast<std::size_t>(static_cast<const char*>(end) - line);
          }
        } else if (*line == 'e') {
          gap = length >= 10 && std::memcmp(line, "event: gap", 10) == 0;
        }
        at += length;
      }
    }
    if (has_position) found.position(position);
    if (has_tick) {
      found.tick(tick);
    } else if (has_data) {
      found.other(gap);
    }
    done = at + 1;
    if (done >= size) return size;
  }
}

/// MQTT 3.1.1 packets from a broker: PUBLISH at QoS 0 (3.3), anything else counts as other.
template <class Found>
std::size_t read_mqtt(const char* bytes, std::size_t size, Found& found) {
  std::size_t done = 0;
  for (;;) {
    std::size_t at = done + 1;
    std::size_t length = 0;
    unsigned shift = 0;
    for (;; ++at, shift += 7) {  // 2.2.3: seven bits a byte, the lowest first
      if (at >= size) return done;
      length |= static_cast<std::size_t>(static_cast<unsigned char>(bytes[at]) & 0x7fU) << shift;
      if ((static_cast<unsigned char>(bytes[at]) & 0x80U) == 0 || shift == 21) break;
    }
    ++at;
    if (size - at < length) return done;
    const bool publish = (static_cast<unsigned char>(bytes[done]) & 0xf6U) == 0x30U;
    const std::size_t topic = publish && length >= 2
                                  ? static_cast<std::size_t>(static_cast<unsigned char>(bytes[at])) << 8U |
                                        static_cast<unsigned char>(bytes[at + 1])
                                  : length;
    const auto tick =
        publish && topic + 2 <= length ? tick_json::parse(bytes + at + 2 + topic, length - 2 - topic) : std::nullopt;
    if (tick) {
      found.tick(*tick);
    } else {
      found.other(false);
    }
    done = at + length;
  }
}

}  // namespace sluice::bench
