#pragma once

#include <array>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/value.h"
#include "event/event_id.h"

namespace sluice::event {

/// The number of an event type in the EventCatalog; never used again for another name.
using TypeNumber = std::uint32_t;

/// How a stream writes its events: `event:` and `data:`, `data:` alone, or `data:` with `{"type","data","timestamp"}`.
enum class Frame : std::uint8_t { event, data, envelope };
inline constexpr std::size_t frame_count = 3;

/// What a mapping sends: an event before it has its place in the log.
struct Emission {
  TypeNumber type = 0;
  Timestamp time{};
  Value key;     // an object: the key fields, in the order of the event type
  Value fields;  // the data, in declared order; any kind for an untyped event
  /// Deletes the latest value of this key and sends nothing.
  bool remove = false;
};

/// One event of the log: finished, never changed, shared by all that send it.
///
/// Threads: any (immutable).
class Event {
 public:
  Sequence sequence = 0;
  TypeNumber type = 0;
  std::string_view name;  // the event type's, what stands in `event:`; lives as long as the catalog
  Timestamp time{};
  Value key;
  std::string key_json;  // the key as JSON text: with the type it names the latest value
  /// The data as a value, kept only for types that some stream's filter reads fields of.
  std::optional<Value> fields;
  std::string bytes;  // the finished blocks of all frames the type is sent in

  /// The finished block for a frame, from `id:` to the blank line; empty when no stream carries the type so.
  std::string_view block(Frame frame) const {
    const auto [offset, length] = blocks[static_cast<std::size_t>(frame)];
    return std::string_view(bytes).substr(offset, length);
  }
  /// The block without its `id:` line, as a snapshot sends it.
  std::string_view block_without_id(Frame frame) const {
    const auto whole = block(frame);
    return whole.substr(whole.find('\n') + 1);
  }
  /// The data as JSON text on one line.
  std::string_view data_json() const { return std::string_view(bytes).substr(data.offset, data.length); }

  struct Slice {
    std::uint32_t offset = 0;
    std::uint32_t length = 0;
  };
  std::array<Slice, frame_count> blocks;
  Slice data;
};

using EventPtr = std::shared_ptr<const Event>;

}  // namespace sluice::event
