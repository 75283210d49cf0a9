#include "mapping/loader.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/command_loader.h"
#include "mapping/contract/key_types.h"
#include "mapping/mapping_set_parts.h"
#include "mapping/notes.h"
#include "mapping/query_reader.h"
#include "mapping/route.h"
#include "mapping/stream_loader.h"
#include "message/filter_cover.h"

namespace sluice::mapping {
namespace {

std::string namespace_of(const std::string& path) {
  const auto slash = path.rfind('/');
  auto name = slash == std::string::npos ? path : path.substr(slash + 1);
  if (name.size() > 5 && name.ends_with(".yaml")) name.resize(name.size() - 5);
  return name;
}

/// Calls `each` with the name nodes of the events that a rule emits.
template <class Each>
void for_emitted_names(const YamlNode& rule, Each&& each) {
  const auto* emit = rule.find("emit");
  if (emit == nullptr) return;
  const auto one = [&](const YamlNode& node) {
    const auto* name = node.is_map() ? node.find("event") : &node;
    if (name != nullptr && name->is_scalar()) each(*name);
  };
  if (!emit->is_list()) return one(*emit);
  for (const auto& node : emit->children) one(node);
}

}  // namespace

Loader::Loader(event::EventCatalog& catalog, const LoadOptions& options) : catalog_(catalog), options_(options) {}
Loader::~Loader() = default;

void Loader::add(const std::string& path, std::string_view text) {
  auto file = std::make_unique<MappingFile>(path, namespace_of(path), errors_);
  if (!is_name(file->name)) {
    errors_.push_back({path, "file name '" + excerpt(file->name, 60) + "' is no name: letters, digits, _ and - only"});
  }
  auto tree = parse_yaml(text, path);
  if (!tree) {
    errors_.insert(errors_.end(), tree.error().begin(), tree.error().end());
    return;
  }
  file->tree = std::move(*tree);
  if (!file->report.parts(file->tree, {"const", "types", "events", "rules", "streams", "commands", "tests"},
                          "a mapping file") &&
      !file->tree.is_map()) {
    return;
  }
  files_.push_back(std::move(file));
  read_names(*files_.back());
}

void Loader::read_names(MappingFile& file) {
  if (const auto* constants = file.section("const")) {
    if (constants->is_map()) {
      file.constants = literal(*constants);
    } else if (!constants->is_null()) {
      file.report.error(*constants, "const is " + shown(*constants) + ", expected a map of names and values");
    }
    for (std::size_t i = 0; constants->is_map() && i < constants->children.size(); i += 2) {
      const auto& name = constants->children[i];
      if (is_reserved(name.text)) file.report.error(name, "'" + name.text + "' is a reserved name, choose another");
    }
  }
  if (const auto* types = file.section("types")) {
    auto named = parse_types(*types, file.path);
    if (named) {
      file.types = std::move(*named);
    } else {
      file.report.add(named.error());
    }
  }
  read_events(file);
  const auto* rules = file.section("rules");
  if (rules == nullptr) {
    file.report.error(file.tree, "file lacks 'rules:'");
  } else if (!rules->is_list()) {
    file.report.error(*rules, "rules is " + shown(*rules) + ", expected a list");
  }
}

void Loader::read_events(MappingFile& file) {
  const auto* section = file.section("events");
  if (section == nullptr) return name_untyped_events(file);
  if (!section->is_map()) {
    return file.report.error(*section, "events is " + shown(*section) + ", expected a map of names and types");
  }
  for (std::size_t i = 0; i < section->children.size(); i += 2) {
    const auto& name = section->children[i];
    if (is_gateway_event(name.text)) {
      file.report.error(name, "event name '" + name.text + "' is the gateway's own, choose another");
    } else if (!is_name(name.text)) {
      file.report.error(name, "event name '" + excerpt(name.text, 60) + "' may hold letters, digits, _ and - only");
    }
    auto type = parse_type(section->children[i + 1], file.path, file.types);
    if (!type) file.report.add(type.error());
    auto& event = events_.add(catalog_, file.name, name.text, type ? *type : nullptr);
    event.line = name.line;
    event.column = name.column;
  }
}

void Loader::name_untyped_events(MappingFile& file) {
  const auto* rules = file.section("rules");
  if (rules == nullptr || !rules->is_list()) return;
  for (const auto& rule : rules->children) {
    for_emitted_names(rule, [&](const YamlNode& name) {
      if (is_gateway_event(name.text)) {
        file.report.error(name, "event name '" + name.text + "' is the gateway's own, choose another");
      } else if (is_name(name.text)) {
        auto& event = events_.add(catalog_, file.name, name.text, nullptr);
        event.line = name.line;
        event.column = name.column;
      } else if (name.text.find('.') == std::string::npos) {
        file.report.error(name, "event name '" + excerpt(name.text, 60) + "' may hold letters, digits, _ and - only");
      }
    });
  }
}

void Loader::read_drafts(MappingFile& file) {
  const auto* rules = file.section("rules");
  if (rules == nullptr || !rules->is_list()) return;
  for (const auto& rule : rules->children) {
    if (rule.is_map()) {
      drafts_.push_back(read_draft(rule, file, events_));
    } else {
      file.report.error(rule, "rule is " + shown(rule) + ", expected a map");
    }
  }
}

Expected<std::shared_ptr<const MappingSet>, Errors> Loader::finish(std::string fingerprint) {
  auto set = std::make_shared<MappingSet>();
  auto& parts = *set->parts_;
  parts.options = options_;
  parts.fingerprint = std::move(fingerprint);
  for (const auto& file : files_) parts.files.push_back(file->path);
  for (const auto& file : files_) read_drafts(*file);
  if (settle(drafts_, options_.bounds.from_hops)) compile(parts);
  if (!errors_.empty()) return tl::unexpected(errors_);
  for (const auto& file : files_) {
    for (const auto* event : events_.of_file(file->name)) catalog_[event->number].key_fields = event->key_fields;
  }
  parts.contract = make_contract(parts);
  return set;
}

void Loader::compile(MappingSet::Parts& parts) {
  const LoadScope load{events_, options_};
  read_rules(parts);
  for (const auto& file : files_) {
    for (auto& stream : read_streams(*file, load)) parts.streams.push_back(std::move(stream));
    for (auto& command : read_commands(*file, load)) parts.commands.push_back(std::move(command));
    for (auto& test : read_tests(*file, load)) parts.tests.push_back(std::move(test));
  }
  const Readers readers{parts.rules, parts.streams, parts.commands};
  for (const auto& file : files_) add_notes(*file, events_, drafts_, readers, parts.notes);
  note_unheard_births(drafts_, parts.notes);
  check_routes(parts);
  check_loops(parts);
}

void Loader::read_rules(MappingSet::Parts& parts) {
  std::vector<event::TypeNumber> latest;
  LoadScope load{events_, options_};
  load.latest = &latest;
  auto& compiled = parts.rules;
  std::vector<std::string> filters;
  for (const auto& draft : drafts_) {
    auto rule = read_rule(draft, load);
    if (!rule) continue;
    for (std::size_t i = 0; i < rule->topics.size(); ++i) {
      compiled.topics.add(rule->topics[i], compiled.sources.size());
      compiled.sources.push_back({compiled.rules.size(), i});
      filters.push_back(rule->topics[i].subscription());
    }
    compiled.rules.push_back(std::move(*rule));
  }
  parts.subscriptions = message::smallest_cover(filters);
  for (const auto& file : files_) {
    for (const auto* event : events_.of_file(file->name)) {
      compiled.events[event->number] = {event->key_fields, event->type};
    }
  }
  compiled.latest = std::move(latest);
}

void Loader::check_routes(const MappingSet::Parts& parts) {
  std::map<std::string, std::string> claimed;  // method and shape: where
  const auto claim = [&](const std::string& method, const std::string& route, const std::string& place) {
    if (route.empty()) return;
    const auto [there, is_new] = claimed.try_emplace(method + " " + route_shape(route), place);
    if (!is_new) errors_.push_back({place, "route '" + route + "' is taken already, at " + there->second});
  };
  std::map<std::string, std::string> names;
  for (const auto& stream : parts.streams) {
    claim("GET", stream.path, stream.declared_at);
    if (stream.poll) claim("GET", stream.poll->path, stream.declared_at);
    claim("GET", stream.history_path, stream.declared_at);
    claim("GET", stream.websocket_path, stream.declared_at);
    const auto [there, is_new] = names.try_emplace(stream.name, stream.declared_at);
    if (!is_new)
      errors_.push_back({stream.declared_at, "stream '" + stream.name + "' is there already, at " + there->second});
  }
  for (const auto& command : parts.commands) claim("POST", command.post, command.declared_at);
}

void Loader::check_loops(const MappingSet::Parts& parts) {
  for (const auto& rule : parts.rules.rules) {
    if (!rule.publish) continue;
    for (const auto& other : parts.rules.rules) {
      const auto heard = std::find_if(other.topics.begin(), other.topics.end(),
                                      [&](const auto& topic) { return overlap(topic, rule.publish->topics()); });
      if (heard == other.topics.end()) continue;
      errors_.push_back({rule.where, "publishes to '" + rule.publish->topics().text() + "', which the rule at " +
                                         other.where + " hears by '" + heard->text() + "': a loop"});
    }
  }
}

Contract Loader::make_contract(const MappingSet::Parts& parts) const {
  Contract contract;
  for (const auto& file : files_) {
    contract.paths[file->name] = file->path;
    for (const auto& [name, type] : file->types) contract.types.push_back({file->name, name, type});
    for (const auto* event : events_.of_file(file->name)) {
      const auto where = file->path + ":" + std::to_string(event->line) + ":" + std::to_string(event->column);
      contract.events.push_back(
          {event->number, event->file, event->name, event->type, key_types(*event, drafts_), where});
    }
  }
  for (const auto& stream : parts.streams) {
    contract.streams.push_back({stream, query_parameters(stream.query.get()), std::string(file_of(stream.name))});
  }
  contract.commands = parts.commands;
  return contract.only([](const auto&) { return true; });
}

}  // namespace sluice::mapping
