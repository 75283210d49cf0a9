#pragma once

#include <cstddef>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "event/event_catalog.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// True for `open gap checkpoint expired source`: events that the gateway itself sends.
bool is_gateway_event(std::string_view name);
/// Letters, digits, `_` and `-`: a name that needs no quotes anywhere.
bool is_name(std::string_view name);

/// An event type as a mapping file declares or (in a file without `events:`) emits it.
struct DeclaredEvent {
  event::TypeNumber number = 0;
  std::string file;
  std::string name;
  TypePtr type;  // null: untyped
  std::vector<std::string> key_fields;
  int line = 0;
  int column = 0;

  /// True when its data are an object of declared fields.
  bool closed() const { return type != nullptr && type->kind == Type::Kind::record; }
};

/// All event types of a mapping set, by file and name.
///
/// Threads: the loader's.
class EventTable {
 public:
  /// Adds a type; one already there is left as it is.
  DeclaredEvent& add(event::EventCatalog& catalog, std::string_view file, std::string_view name, TypePtr type);

  /// What `name` means in `file`: an event of its own, or `other.event`.
  /// Error: "event 'height_updat' is not declared in events: - did you mean 'height_update'?"
  Expected<DeclaredEvent*> find(std::string_view file, std::string_view name);

  DeclaredEvent& operator[](event::TypeNumber number) { return *by_number_.at(number); }
  /// The events of a file, in the order of their declaration.
  std::vector<DeclaredEvent*> of_file(std::string_view file) const;

 private:
  std::map<std::string, std::unique_ptr<DeclaredEvent>, std::less<>> by_name_;  // by "file.event"
  std::map<event::TypeNumber, DeclaredEvent*> by_number_;
  std::vector<DeclaredEvent*> in_order_;
};

}  // namespace sluice::mapping
