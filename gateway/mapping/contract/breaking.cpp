#include "mapping/contract/breaking.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/compiled_command.h"
#include "mapping/contract/json_schema.h"
#include "mapping/contract/schema_reader.h"
#include "mapping/contract/type_change.h"

namespace sluice::mapping {
namespace {

/// The members of `document.properties.<section>.properties`; null when it is no such document.
const Value::Object* section(const Value& document, std::string_view name) {
  const Value* at = document.find("properties");
  for (const std::string_view part : {name, std::string_view("properties")}) {
    if (at != nullptr) at = at->find(part);
  }
  return at == nullptr || !at->is_object() ? nullptr : &at->as_object();
}

/// What one block of a stream is to its listener, so that two of them can be compared; "" for the gateway's own.
std::string block_of(const Value& schema) {
  if (const auto* data = schema.find("$ref"); data != nullptr && data->is_text()) return std::string(data->as_text());
  const Value* type = schema.find("properties");
  for (const auto* part : {"type", "const"}) type = type == nullptr ? nullptr : type->find(part);
  return type == nullptr || !type->is_text() ? std::string() : "envelope " + std::string(type->as_text());
}

std::vector<std::string> blocks_of(const Value& listener) {
  std::vector<std::string> blocks;
  if (const auto* choices = listener.find("anyOf"); choices != nullptr && choices->is_list()) {
    for (const auto& choice : choices->as_list()) blocks.push_back(block_of(choice));
  } else {
    blocks.push_back(block_of(listener));
  }
  return blocks;
}

/// Gathers the changes of one contract.
class Changes {
 public:
  Changes(const Contract& contract, const Value& before)
      : contract_(contract), before_(before), reader_(before), now_(json_schema(contract)) {}

  Expected<Errors> run() {
    for (const auto* name : {"events", "streams", "commands"}) {
      if (section(before_, name) == nullptr) {
        return unexpected("is not what 'sluice types --lang json-schema' writes: it has no properties." +
                          std::string(name));
      }
    }
    for (const auto& event : *section(before_, "events")) {
      if (auto compared = compare_event(event); !compared) return tl::unexpected(compared.error());
    }
    for (const auto& stream : *section(before_, "streams")) compare_stream(stream);
    for (const auto& command : *section(before_, "commands")) {
      if (auto compared = compare_command(command); !compared) return tl::unexpected(compared.error());
    }
    return std::move(notes_);
  }

 private:
  void note(std::string where, const std::string& sentence) {
    notes_.push_back({std::move(where), "note: breaks who knows the old contract: " + sentence});
  }

  /// Where something would stand that is not there any more.
  std::string missing(std::string_view public_name) const {
    const auto file = contract_.paths.find(std::string(file_of(public_name)));
    return file == contract_.paths.end() ? std::string() : file->second + ":1:1";
  }

  TypeChange change(std::string_view file, TypeChange::Side side) {
    const auto path = contract_.paths.at(std::string(file));
    return {contract_, file, side, [this, path](int line, int column, const std::string& sentence) {
              note(path + ":" + std::to_string(line) + ":" + std::to_string(column), sentence);
            }};
  }

  Expected<void> compare_event(const Value::Member& event) {
    const auto name = std::string(event.key());
    const auto there = std::find_if(contract_.events.begin(), contract_.events.end(),
                                    [&](const auto& each) { return each.qualified() == name; });
    if (there == contract_.events.end()) {
      note(missing(name), "event '" + excerpt(name, 120) + "' is gone");
      return {};
    }
    const auto before = reader_.read(event.value);
    if (!before) return tl::unexpected(before.error());
    static const Type untyped;
    Type now = there->type == nullptr ? untyped : *there->type;
    if (there->type == nullptr) place(there->where, now);
    change_of(readers_, there->file, TypeChange::Side::reader).compare(**before, now, name);
    return {};
  }

  /// An untyped event stands where it is named.
  static void place(const std::string& where, Type& type) {
    const auto parts = split(where, ':');
    if (parts.size() < 3) return;
    type.line = static_cast<int>(parse_int(parts[parts.size() - 2]).value_or(0));
    type.column = static_cast<int>(parse_int(parts.back()).value_or(0));
  }

  void compare_stream(const Value::Member& stream) {
    const auto name = std::string(stream.key());
    const auto there = std::find_if(contract_.streams.begin(), contract_.streams.end(),
                                    [&](const auto& each) { return each.spec.name == name; });
    if (there == contract_.streams.end()) return note(missing(name), "stream '" + excerpt(name, 120) + "' is gone");
    const auto* listeners = stream.value.find("properties");
    if (listeners == nullptr || !listeners->is_object()) return;
    const auto& all = *section(now_, "streams");
    const auto own = std::find_if(all.begin(), all.end(), [&](const auto& each) { return each.key() == name; });
    const auto* now = own->value.find("properties");
    for (const auto& listener : listeners->as_object()) {
      const auto* same = now->find(listener.key());
      const auto lacks = "stream '" + name + "' no longer sends '" + excerpt(listener.key(), 120) + "'";
      if (same == nullptr) {
        note(there->spec.declared_at, lacks);
        continue;
      }
      const auto blocks = blocks_of(*same);
      for (const auto& block : blocks_of(listener.value)) {
        if (std::find(blocks.begin(), blocks.end(), block) != blocks.end()) continue;
        note(there->spec.declared_at, lacks + " as it did: " + (block.empty() ? "its own" : excerpt(block, 120)));
      }
    }
  }

  Expected<void> compare_command(const Value::Member& command) {
    const auto name = std::string(command.key());
    const auto there = std::find_if(contract_.commands.begin(), contract_.commands.end(),
                                    [&](const auto& each) { return each.name == name; });
    if (there == contract_.commands.end()) {
      note(missing(name), "command '" + excerpt(name, 120) + "' is gone");
      return {};
    }
    const auto before = reader_.read(command.value);
    if (!before) return tl::unexpected(before.error());
    Type none;  // without a body, as a command is that takes none
    none.kind = Type::Kind::record;
    none.nullable = true;
    place(there->declared_at, none);
    const auto& body = there->compiled->body;
    change_of(senders_, file_of(name), TypeChange::Side::sender)
        .compare(**before, body == nullptr ? none : *body, name);
    return {};
  }

  /// One for each file, so that a named type is told once.
  TypeChange& change_of(std::map<std::string, TypeChange, std::less<>>& all, std::string_view file,
                        TypeChange::Side side) {
    const auto found = all.find(file);
    if (found != all.end()) return found->second;
    return all.emplace(std::string(file), change(file, side)).first->second;
  }

  const Contract& contract_;
  const Value& before_;
  SchemaReader reader_;
  Value now_;
  Errors notes_;
  std::map<std::string, TypeChange, std::less<>> readers_;
  std::map<std::string, TypeChange, std::less<>> senders_;
};

}  // namespace

Expected<Errors> breaking_changes(const Contract& contract, const Value& before) {
  return Changes(contract, before).run();
}

}  // namespace sluice::mapping
