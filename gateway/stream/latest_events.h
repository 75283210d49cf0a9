#pragma once

#include <string>
#include <vector>

#include "base/flat_text_map.h"
#include "event/event.h"

namespace sluice::stream {

/// The newest event of each type and key, as a snapshot or a poll shows it.
///
/// Bounded like the mapping's own values: beyond the bounds a new key is not kept, one that is known still changes.
/// Threads: one at a time.
class LatestEvents {
 public:
  struct Bounds {
    std::size_t keys = 100'000;  // of a type
    std::size_t bytes = std::size_t{256} << 20;
  };
  LatestEvents() : LatestEvents(Bounds()) {}
  explicit LatestEvents(Bounds bounds) : bounds_(bounds) {}

  /// False when it is a new key and there is no room.
  bool keep(const event::EventPtr& event);
  void remove(event::TypeNumber type, const std::string& key_json);
  /// Forgets all of a type.
  void forget(event::TypeNumber type);

  /// Appends the type's events to `out`, in no order.
  void copy(event::TypeNumber type, std::vector<event::EventPtr>& out) const;
  /// Grows with each change of the type; 0 before the first.
  std::uint64_t version(event::TypeNumber type) const;
  /// Types are below this.
  event::TypeNumber types() const { return static_cast<event::TypeNumber>(types_.size()); }

 private:
  struct Kept {
    event::EventPtr event;
    std::size_t weight = 0;  // of the event, which has left the caches when it is replaced
  };
  struct OfType {
    FlatTextMap<Kept> by_key;  // by key_json
    std::uint64_t version = 0;
  };
  const Bounds bounds_;
  std::vector<OfType> types_;  // by number
  std::size_t bytes_ = 0;
  std::uint64_t newest_version_ = 0;
};

}  // namespace sluice::stream
