#pragma once

#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "event/stream_spec.h"
#include "mapping/command.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// What a mapping set promises to browsers: its streams and commands, the events that these name, and the named types
/// that the events are made of. Internal events and the types of payloads are not in it.
///
/// Threads: any (immutable).
struct Contract {
  struct NamedType {
    std::string file;
    std::string name;
    TypePtr type;
  };
  /// One field of an event's key. `type` null: nothing is known of it.
  struct KeyField {
    std::string name;
    TypePtr type;
    bool nullable = false;
  };
  struct Event {
    event::TypeNumber number = 0;
    std::string file;
    std::string name;
    TypePtr type;  // null: untyped
    std::vector<KeyField> key;
    std::string where;  // file:line:column

    std::string qualified() const { return file + "." + name; }
  };
  struct Stream {
    event::StreamSpec spec;
    std::vector<Type::Field> query;  // a parameter that only the filter names has no type
    std::string file;
  };

  std::map<std::string, std::string> paths;  // of each file, as errors show it
  std::vector<NamedType> types;
  std::vector<Event> events;
  std::vector<Stream> streams;
  std::vector<Command> commands;

  const Event& event(event::TypeNumber number) const;
  /// Null when the file has no such name in `types:`.
  const Type* find_type(std::string_view file, std::string_view name) const;

  using Allowed = std::function<bool(const std::vector<std::string>& access)>;
  /// Only the streams and commands whose `access` is allowed, and what these name.
  Contract only(const Allowed& allowed) const;
};

/// The file that a public name begins with: "desk" of "desk.one_desk" and of "desk".
std::string_view file_of(std::string_view public_name);

}  // namespace sluice::mapping
