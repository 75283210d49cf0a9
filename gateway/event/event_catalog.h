#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "event/event.h"

namespace sluice::event {

/// What the gateway knows of one event type.
struct EventType {
  TypeNumber number = 0;
  std::string file;  // the mapping file's namespace: "desk"
  std::string name;  // what stands in `event:`: "height_update"
  /// "desk.height_update"
  std::string qualified() const { return file + "." + name; }
  std::vector<std::string> key_fields;

  // What its streams need; set by StreamSpec's owner when streams are (re)declared.
  std::uint8_t frames = 0;   // a bit per Frame that some stream sends it in
  bool logged = false;       // some stream names it: takes a sequence number
  bool snapshot = false;     // some stream shows its latest values (on_connect, poll)
  bool fields_read = false;  // some stream's filter reads its fields
};

/// All event types by number and by name. Numbers only grow: a reloaded mapping finds its types again.
///
/// A mapping that is loaded aside has a copy of its own, in which it finds and adds its types; extend() brings them
/// back.
///
/// Threads: many may read while none writes. (Names never move: an event's may be read at any time.)
class EventCatalog {
 public:
  /// The type of that file and name, made when it is new.
  EventType& intern(std::string_view file, std::string_view name);
  const EventType& operator[](TypeNumber number) const { return types_[number]; }
  EventType& operator[](TypeNumber number) { return types_[number]; }
  std::optional<TypeNumber> find(std::string_view qualified) const;
  std::size_t size() const { return types_.size(); }
  /// Takes over the types and key fields of `grown`, a copy of this that has learned more.
  void extend(const EventCatalog& grown);

 private:
  std::deque<EventType> types_;
  std::unordered_map<std::string, TypeNumber> by_name_;
};

}  // namespace sluice::event
