#include "mapping/stream_loader.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"
#include "base/variables.h"
#include "mapping/fingerprint.h"
#include "mapping/query_reader.h"
#include "mapping/route.h"
#include "mapping/stream_filter.h"

namespace sluice::mapping {
namespace {

using event::StreamSpec;
using Types = std::vector<event::TypeNumber>;

constexpr std::int64_t max_limit = 10'000;

bool contains(const Types& types, event::TypeNumber type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

/// The event types that a stream shows, as far as the stream depends on them.
std::string described(const Types& types, const LoadScope& load) {
  std::string text;
  for (const auto type : types) {
    const auto& event = load.events[type];
    text.append(" ").append(event.file).append(".").append(event.name);
    for (const auto& field : event.key_fields) text.append(" ").append(field);
    text.push_back(';');
  }
  return text;
}

/// Reads one stream, field by field.
class StreamReader {
 public:
  StreamReader(const YamlNode& name, const YamlNode& body, MappingFile& file, const LoadScope& load)
      : name_(name), body_(body), file_(file), load_(load), report_(file.report) {}

  std::optional<StreamSpec> run() {
    const auto errors = report_.count();
    const bool known =
        report_.parts(body_,
                      {"path", "events", "query", "when", "on_connect", "hello", "poll", "ages", "limit", "history",
                       "resume", "access", "max_age", "overflow", "websocket", "frame", "heartbeat"},
                      "stream '" + excerpt(name_.text, 60) + "'");
    if (!known) return std::nullopt;
    if (!is_name(name_.text)) {
      report_.error(name_, "stream name '" + excerpt(name_.text, 60) + "' may hold letters, digits, _ and - only");
    }
    stream_.name = name_.text == file_.name ? file_.name : file_.name + "." + name_.text;
    stream_.declared_at = report_.where(name_);
    read_events();
    read_routes();
    read_hello_and_heartbeat();
    read_poll();
    read_policies();
    read_filter();
    check_path();
    describe();
    if (report_.count() != errors) return std::nullopt;
    return std::move(stream_);
  }

 private:
  Types events(const YamlNode& node, std::string_view what) {
    Types types;
    if (node.is_list() && node.children.empty()) return types;
    const std::vector<const YamlNode*> nodes = [&] {
      std::vector<const YamlNode*> all;
      if (!node.is_list()) all.push_back(&node);
      for (const auto& child : node.children) {
        if (node.is_list()) all.push_back(&child);
      }
      return all;
    }();
    for (const auto* one : nodes) {
      const auto name = report_.text(*one, what);
      if (!name) continue;
      const auto event = load_.events.find(file_.name, *name);
      if (!event) {
        report_.error(*one, event.error().message);
      } else if (!contains(types, (*event)->number)) {
        types.push_back((*event)->number);
      }
    }
    return types;
  }

  void read_events() {
    if (const auto* node = body_.find("events")) {
      stream_.events = events(*node, "event");
    } else {
      report_.error(body_, "stream '" + name_.text + "' lacks 'events'");
    }
    if (const auto* node = body_.find("on_connect")) stream_.on_connect = events(*node, "event");
  }

  std::string route(std::string_view field) {
    const auto* node = body_.find(field);
    if (node == nullptr) return {};
    return read_route(*node, field, report_).value_or("");
  }

  void read_routes() {
    stream_.path = route("path");
    stream_.history_path = route("history");
    stream_.websocket_path = route("websocket");
    stream_.path_fields = route_placeholders(stream_.path);
  }

  void read_hello_and_heartbeat() {
    if (const auto* hello = body_.find("hello")) read_hello(*hello);
    const auto* heartbeat = body_.find("heartbeat");
    if (heartbeat == nullptr) return;
    const YamlNode* every = heartbeat;
    if (heartbeat->is_map()) {
      if (!report_.parts(*heartbeat, {"every", "event"}, "heartbeat")) return;
      every = heartbeat->find("every");
      if (every == nullptr) return report_.error(*heartbeat, "heartbeat lacks 'every': a duration");
      if (const auto* name = heartbeat->find("event")) {
        stream_.heartbeat_event = own_event(*name, "heartbeat");
      }
    }
    if (const auto duration = report_.duration(*every)) stream_.heartbeat = *duration;
  }

  /// The name of an event that the stream itself sends.
  std::string own_event(const YamlNode& node, std::string_view what) {
    const auto name = report_.text(node, what);
    if (!name) return {};
    if (is_gateway_event(*name)) {
      report_.error(node, "event name '" + *name + "' is the gateway's own, choose another");
    } else if (!is_name(*name)) {
      report_.error(node, "event name '" + excerpt(*name, 60) + "' may hold letters, digits, _ and - only");
    }
    for (const auto type : stream_.events) {
      if (load_.events[type].name != *name) continue;
      report_.error(node,
                    "'" + *name + "' is an event of the stream too, choose another name for the " + std::string(what));
    }
    return *name;
  }

  void read_hello(const YamlNode& node) {
    StreamSpec::Hello hello{.event = {}, .data_json = "{}"};
    if (node.is_map()) {
      if (!report_.parts(node, {"event", "data"}, "hello")) return;
      if (const auto* name = node.find("event")) hello.event = own_event(*name, "hello");
      if (const auto* data = node.find("data")) hello.data_json = to_json(literal(*data));
    } else {
      hello.event = own_event(node, "hello");
    }
    stream_.hello = std::move(hello);
  }

  void read_poll() {
    event::PollSpec poll;
    const auto* node = body_.find("poll");
    poll.events = stream_.on_connect.empty() ? stream_.events : stream_.on_connect;
    if (node != nullptr && node->is_map()) {
      if (!report_.parts(*node, {"path", "as", "events"}, "poll")) return;
      if (const auto* path = node->find("path")) poll.path = read_route(*path, "poll", report_).value_or("");
      if (const auto* as = node->find("as")) {
        poll.as = static_cast<event::PollSpec::As>(report_.one_of(*as, "as", {"events", "data", "latest"}).value_or(0));
      }
      if (const auto* own = node->find("events")) poll.events = events(*own, "event");
    } else if (node != nullptr) {
      poll.path = read_route(*node, "poll", report_).value_or("");
    }
    stream_.poll = std::move(poll);
  }

  void read_policies() {
    if (const auto* node = body_.find("frame")) {
      stream_.frame =
          static_cast<event::Frame>(report_.one_of(*node, "frame", {"event", "data", "envelope"}).value_or(0));
    }
    if (const auto* node = body_.find("overflow")) {
      stream_.overflow = static_cast<event::Overflow>(
          report_.one_of(*node, "overflow", {"disconnect", "conflate", "drop"}).value_or(0));
    }
    if (const auto* node = body_.find("limit")) {
      stream_.limit = static_cast<std::size_t>(report_.integer(*node, "limit", 1, max_limit).value_or(1));
    }
    if (const auto* node = body_.find("max_age")) stream_.max_age = report_.duration(*node);
    if (const auto* node = body_.find("ages")) stream_.ages = report_.boolean(*node, "ages").value_or(false);
    if (const auto* node = body_.find("access")) stream_.access = report_.texts(*node, "access");
    if (const auto* node = body_.find("resume")) read_resume(*node);
  }

  void read_resume(const YamlNode& node) {
    if (!node.is_map()) {
      stream_.resume_latest = report_.one_of(node, "resume", {"all", "latest"}).value_or(0) == 1;
      return;
    }
    if (!report_.parts(node, {"latest"}, "resume")) return;
    if (const auto* latest = node.find("latest")) stream_.resume_latest_of = events(*latest, "event");
  }

  /// All types that the stream shows in some way, each once.
  Types shown_types() const {
    Types types = stream_.events;
    for (const auto* more : {&stream_.on_connect, &stream_.poll->events}) {
      for (const auto type : *more) {
        if (!contains(types, type)) types.push_back(type);
      }
    }
    return types;
  }

  void read_filter() {
    const auto* when = body_.find("when");
    const auto* query = body_.find("query");
    if (when != nullptr && stream_.poll) {
      std::vector<FilterType> types;
      for (const auto type : shown_types()) {
        const auto& event = load_.events[type];
        types.push_back({event.number, event.name, event.key_fields, event.type.get()});
      }
      auto filter = compile_stream_filter(*when, report_.file(), file_.constants, std::move(types));
      if (filter) {
        stream_.when = std::move(*filter);
      } else {
        report_.add(filter.error());
      }
    }
    auto undeclared = when == nullptr ? std::vector<std::string>() : query_names(*when);
    if (query == nullptr && undeclared.empty()) return;
    auto reader =
        compile_query(query == nullptr ? YamlNode() : *query, report_.file(), file_.types, std::move(undeclared));
    if (reader) {
      stream_.query = std::move(*reader);
    } else {
      report_.add(reader.error());
    }
  }

  /// A path placeholder filters by a key field: some event must have it.
  void check_path() {
    if (!stream_.poll) return;
    std::vector<std::string> fields;
    for (const auto type : shown_types()) {
      for (const auto& field : load_.events[type].key_fields) fields.push_back(field);
    }
    for (const auto& name : stream_.path_fields) {
      if (std::find(fields.begin(), fields.end(), name) != fields.end()) continue;
      report_.error(*body_.find("path"), "path has '{" + name + "}', but no event of the stream has the key field '" +
                                             name + "'" + did_you_mean(name, fields));
    }
  }

  void describe() {
    if (!stream_.poll) return;
    const auto* when = body_.find("when");
    const auto* query = body_.find("query");
    const auto* types = file_.section("types");
    const auto part = [&](const YamlNode* node) {
      return node == nullptr ? std::string("-") : fingerprint(*node, file_.constants);
    };
    stream_.request = part(body_.find("path")) + part(query) + (query == nullptr ? "" : part(types));
    if (when != nullptr && !query_names(*when).empty()) stream_.request += part(when);
    stream_.declaration = stream_.request + part(&body_) + described(shown_types(), load_);
  }

  const YamlNode& name_;
  const YamlNode& body_;
  MappingFile& file_;
  const LoadScope& load_;
  Report& report_;
  StreamSpec stream_;
};

/// A file without `streams:`: one stream of all its events.
StreamSpec default_stream(const MappingFile& file, const LoadScope& load) {
  StreamSpec stream;
  stream.name = file.name;
  for (const auto* event : load.events.of_file(file.name)) stream.events.push_back(event->number);
  stream.on_connect = stream.events;
  stream.poll = event::PollSpec{.path = {}, .as = event::PollSpec::As::events, .events = stream.events};
  stream.declared_at = file.path + ":1:1";
  stream.declaration = "of all events:" + described(stream.events, load);
  return stream;
}

}  // namespace

YamlNode expanded(const YamlNode& node, const LoadScope& load, Report& report) {
  YamlNode copy = node;
  if (node.is_scalar() && node.text.find('$') != std::string::npos) {
    auto text = expand_variables(node.text, load.options.variable ? load.options.variable : environment_variables());
    if (text) {
      copy.text = std::move(*text);
    } else {
      report.error(node, text.error().message);
    }
  }
  for (auto& child : copy.children) child = expanded(child, load, report);
  return copy;
}

std::vector<StreamSpec> read_streams(MappingFile& file, const LoadScope& load) {
  std::vector<StreamSpec> streams;
  const auto* section = file.section("streams");
  if (section == nullptr) {
    if (!load.events.of_file(file.name).empty()) streams.push_back(default_stream(file, load));
    return streams;
  }
  if (!section->is_map()) {
    file.report.error(*section, "streams is " + shown(*section) + ", expected a map of names");
    return streams;
  }
  const auto errors = file.report.count();
  const YamlNode tree = expanded(*section, load, file.report);
  if (file.report.count() != errors) return streams;
  for (std::size_t i = 0; i < tree.children.size(); i += 2) {
    const auto& name = tree.children[i];
    if (auto stream = StreamReader(name, tree.children[i + 1], file, load).run()) streams.push_back(std::move(*stream));
  }
  return streams;
}

}  // namespace sluice::mapping
