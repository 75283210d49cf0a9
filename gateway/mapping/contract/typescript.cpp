#include "mapping/contract/typescript.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/json.h"
#include "mapping/compiled_command.h"
#include "mapping/contract/stream_items.h"
#include "mapping/contract/typescript_names.h"

namespace sluice::mapping {
namespace {

using What = StreamItem::What;

constexpr std::string_view prelude =
    R"(// Written by `sluice types --lang ts`. Do not edit: change the mapping and write it again.

/** Events that the client can no longer get. */
export interface Gap {
  reason: 'expired' | 'unknown' | 'slow' | 'source';
  from: string | null;
  to: string;
  missed: number | null;
}
/** The end of a snapshot: its data are empty. */
export type Checkpoint = '';
/** The end of a snapshot, with the age of each value: event, key, time. */
export interface Ages {
  time: number;
  values: [event: string, key: Record<string, unknown>, time: number][];
}
/** The broker came or went. */
export interface Source {
  connected: boolean;
  since: number;
}
/** The credentials are no longer valid. */
export type Expired = unknown;
/** One element of a poll's or history's list. */
export interface Listed<Name, Key, Data> {
  event: Name;
  id: string;
  time: number;
  key: Key;
  data: Data;
}
/** What a stream of envelopes sends; `timestamp` in seconds. */
export interface Envelope<Type, Data> {
  type: Type;
  data: Data;
  timestamp: number;
}
)";

std::string bounds(const Type& type) {
  if (!type.low && !type.high) return {};
  const auto bound = [](const std::optional<double>& number) { return number ? to_json(Value(*number)) : ""; };
  return bound(type.low) + ".." + bound(type.high);
}

/// What TypeScript cannot say of a type: its range, its unit, that it is whole.
std::string remark(const Type& type) {
  std::string text;
  const auto add = [&](std::string_view word) {
    if (!word.empty()) text.append(text.empty() ? "" : " ").append(word);
  };
  if (type.name.empty() && type.kind == Type::Kind::integer) add("int");
  if (type.name.empty() && type.kind == Type::Kind::text && (type.low || type.high)) add("length");
  if (type.name.empty()) add(bounds(type));
  add(type.unit);
  if (type.kind == Type::Kind::list && type.name.empty()) {
    const auto inner = remark(*type.element);
    if (!inner.empty()) add("each " + inner);
  }
  return text;
}

std::string comment_of(const Type& type) {
  const auto more = remark(type);
  if (type.description.empty()) return more;
  return more.empty() ? type.description : type.description + " (" + more + ")";
}

std::string list_of(const std::string& element) {
  return element.find('|') == std::string::npos ? element + "[]" : "(" + element + ")[]";
}

/// A union without what is said already.
std::string union_of(const std::vector<std::string>& parts) {
  std::vector<std::string> once;
  for (const auto& part : parts) {
    if (part == "unknown") return part;
    if (std::find(once.begin(), once.end(), part) == once.end()) once.push_back(part);
  }
  return fmt::format("{}", fmt::join(once, " | "));
}

/// The type of exactly this value.
std::string literal_type(const Value& value) {
  if (value.is_text()) return string_literal(value.as_text());
  if (value.is_list()) {
    std::vector<std::string> elements;
    for (const auto& element : value.as_list()) elements.push_back(literal_type(element));
    return fmt::format("[{}]", fmt::join(elements, ", "));
  }
  if (!value.is_object()) return to_json(value);
  if (value.as_object().empty()) return "Record<string, never>";
  std::vector<std::string> members;
  for (const auto& member : value.as_object()) {
    members.push_back(property_name(member.key()) + ": " + literal_type(member.value));
  }
  return fmt::format("{{ {} }}", fmt::join(members, "; "));
}

/// Writes the declarations, one after the other.
class Writer {
 public:
  explicit Writer(const Contract& contract) : contract_(contract), out_(prelude) {
    // Names first, so that they do not hang on what refers to what.
    for (const auto& event : contract.events) name_of(event);
    for (const auto& type : contract.types) name_of(type.file, type.name);
  }

  std::string run() {
    for (const auto& type : contract_.types) declare(name_of(type.file, type.name), type.type.get(), type.file, true);
    for (const auto& event : contract_.events) declare(name_of(event), event.type.get(), event.file, false);
    for (const auto& command : contract_.commands) {
      if (command.compiled->body != nullptr) {
        declare(body_name(command), command.compiled->body.get(), file_of(command.name), false);
      }
    }
    write_events();
    write_streams();
    write_polls();
    write_queries();
    write_commands();
    return std::move(out_);
  }

 private:
  std::string name_of(const Contract::Event& event) {
    return names_.of("event " + event.qualified(), event.file + " " + event.name);
  }
  std::string name_of(std::string_view file, std::string_view name) {
    return names_.of(fmt::format("type {} {}", file, name), fmt::format("{} {}", file, name));
  }
  std::string body_name(const Command& command) { return names_.of("command " + command.name, command.name + " body"); }

  void declare(const std::string& name, const Type* type, std::string_view file, bool named) {
    out_ += "\n";
    if (type != nullptr) out_ += doc_comment(named ? comment_of(*type) : type->description, "");
    const bool interface = type != nullptr && type->kind == Type::Kind::record && type->name.empty() &&
                           !type->nullable && !type->fields.empty();
    if (interface) {
      out_ += fmt::format("export interface {} {}\n", name, members(*type, file, ""));
    } else {
      out_ += fmt::format("export type {} = {};\n", name, of(type, file, ""));
    }
  }

  /// A type as it stands in another; lines after the first begin with `indent`.
  std::string of(const Type* type, std::string_view file, const std::string& indent) {
    if (type == nullptr) return "unknown";
    const Type* definition = type->name.empty() ? nullptr : contract_.find_type(file, type->name);
    const auto text = definition != nullptr ? name_of(file, type->name) : plain(*type, file, indent);
    const bool said = definition != nullptr && (definition->nullable || definition->kind == Type::Kind::any);
    return type->nullable && !said && text != "unknown" ? text + " | null" : text;
  }

  std::string plain(const Type& type, std::string_view file, const std::string& indent) {
    switch (type.kind) {
      case Type::Kind::any:
        return "unknown";
      case Type::Kind::text:
        return "string";
      case Type::Kind::integer:
      case Type::Kind::number:
        return "number";
      case Type::Kind::boolean:
        return "boolean";
      case Type::Kind::object:
        return "Record<string, unknown>";
      case Type::Kind::enumeration: {
        std::vector<std::string> texts;
        for (const auto& text : type.texts) texts.push_back(string_literal(text));
        return fmt::format("{}", fmt::join(texts, " | "));
      }
      case Type::Kind::list: {
        return list_of(of(type.element.get(), file, indent));
      }
      case Type::Kind::record:
        return type.fields.empty() ? "Record<string, never>" : members(type, file, indent);
    }
    return "unknown";
  }

  std::string members(const Type& type, std::string_view file, const std::string& indent) {
    std::string text = "{\n";
    const auto inner = indent + "  ";
    for (const auto& field : type.fields) {
      text += doc_comment(comment_of(*field.type), inner);
      text += fmt::format("{}{}{}: {};\n", inner, property_name(field.name), field.type->optional ? "?" : "",
                          of(field.type.get(), file, inner));
    }
    return text + indent + "}";
  }

  std::string key_of(const Contract::Event& event) {
    if (event.key.empty()) return "Record<string, never>";
    std::vector<std::string> fields;
    for (const auto& field : event.key) {
      auto type = of(field.type.get(), event.file, "  ");
      if (field.nullable && type != "unknown" && !field.type->nullable) type += " | null";
      fields.push_back(property_name(field.name) + ": " + type);
    }
    return fmt::format("{{ {} }}", fmt::join(fields, "; "));
  }

  void write_events() {
    std::vector<std::pair<std::string, std::vector<std::string>>> by_name;
    std::vector<event::TypeNumber> seen;
    for (const auto& stream : contract_.streams) {
      for (const auto number : shown_events(stream.spec)) {
        if (std::find(seen.begin(), seen.end(), number) != seen.end()) continue;
        seen.push_back(number);
        const auto& event = contract_.event(number);
        auto entry = std::find_if(by_name.begin(), by_name.end(), [&](const auto& e) { return e.first == event.name; });
        if (entry == by_name.end()) entry = by_name.insert(entry, {event.name, {}});
        entry->second.push_back(name_of(event));
      }
    }
    out_ += "\n/** The data of each event, by its name; of several files' events of one name, of either. */\n";
    out_ += "export interface Events {\n";
    for (const auto& [name, types] : by_name) out_ += fmt::format("  {}: {};\n", property_name(name), union_of(types));
    out_ += "}\n";
  }

  std::string data_of(const StreamItem& item, const event::StreamSpec& stream) {
    const auto data = bare_data_of(item, stream);
    if (item.type.empty()) return data;
    const auto type = string_literal(item.type);
    if (item.what == What::heartbeat) return "Omit<Envelope<" + type + ", never>, 'data'>";
    return "Envelope<" + type + ", " + data + ">";
  }

  std::string bare_data_of(const StreamItem& item, const event::StreamSpec& stream) {
    switch (item.what) {
      case What::event:
        return name_of(*item.event);
      case What::hello:
        return literal_type(parse_json(stream.hello->data_json).value_or(Value()));
      case What::heartbeat:
        return "Record<string, never>";
      case What::gap:
        return "Gap";
      case What::checkpoint:
        return stream.ages ? "Ages | Checkpoint" : "Checkpoint";
      case What::source:
        return "Source";
      case What::expired:
        return "Expired";
    }
    return "unknown";
  }

  std::string stream_name(const Contract::Stream& stream) {
    return names_.of("stream " + stream.spec.name, stream.spec.name + " stream");
  }

  void write_streams() {
    for (const auto& stream : contract_.streams) {
      const auto& spec = stream.spec;
      out_ += "\n" + doc_comment("What " + (spec.path.empty() ? own_route(spec) : spec.path) +
                                     " sends, by the name that a listener has for it.",
                                 "");
      out_ += fmt::format("export interface {} {{\n", stream_name(stream));
      for (const auto& [listener, items] : by_listener(stream_items(contract_, spec))) {
        std::vector<std::string> types;
        for (const auto& item : items) types.push_back(data_of(item, spec));
        out_ += fmt::format("  {}: {};\n", property_name(listener), union_of(types));
      }
      out_ += "}\n";
    }
    out_ += "\n/** What each stream sends, by its public name. */\nexport interface Streams {\n";
    for (const auto& stream : contract_.streams) {
      out_ += fmt::format("  {}: {};\n", property_name(stream.spec.name), stream_name(stream));
    }
    out_ += "}\n";
  }

  void write_polls() {
    using As = event::PollSpec::As;
    out_ += "\n/** What each stream's poll answers, by the stream's public name. */\nexport interface Polls {\n";
    for (const auto& stream : contract_.streams) {
      if (!stream.spec.poll) continue;
      std::vector<std::string> types;
      for (const auto number : stream.spec.poll->events) {
        const auto& event = contract_.event(number);
        if (stream.spec.poll->as == As::events) {
          types.push_back(fmt::format("Listed<{}, {}, {}>", string_literal(event.name), key_of(event), name_of(event)));
        } else {
          types.push_back(name_of(event));
        }
      }
      const auto one = types.empty() ? "never" : union_of(types);
      out_ += fmt::format("  {}: {};\n", property_name(stream.spec.name),
                          stream.spec.poll->as == As::latest ? one : list_of(one));
    }
    out_ += "}\n";
  }

  void write_queries() {
    out_ += "\n/** The parameters of each stream, its poll and its history, by the stream's public name. */\n";
    out_ += "export interface Queries {\n";
    for (const auto& stream : contract_.streams) {
      out_ += fmt::format("  {}: {{", property_name(stream.spec.name));
      std::string separator = " ";
      for (const auto& parameter : stream.query) {
        const auto type = parameter.type == nullptr ? "string | string[]" : of(parameter.type.get(), stream.file, "  ");
        out_ += fmt::format("{}{}?: {}", separator, property_name(parameter.name), type);
        separator = "; ";
      }
      out_ += stream.query.empty() ? "};\n" : " };\n";
    }
    out_ += "}\n";
  }

  void write_commands() {
    out_ += "\n/** The commands, by file and name. */\nexport interface Commands {\n";
    for (const auto& command : contract_.commands) {
      const auto body = command.compiled->body == nullptr ? "Record<string, never> | null" : body_name(command);
      const auto answer = command.reply ? name_of(contract_.event(command.reply->event)) : "{ status: 'accepted' }";
      out_ += fmt::format("  {}: {{ method: 'POST'; path: {}; body: {}; answer: {} }};\n", property_name(command.name),
                          string_literal(command.post), body, answer);
    }
    out_ += "}\n";
  }

  const Contract& contract_;
  TypeScriptNames names_;
  std::string out_;
};

}  // namespace

std::string typescript(const Contract& contract) {
  return Writer(contract).run();
}

}  // namespace sluice::mapping
