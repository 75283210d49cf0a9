#include "mapping/contract/openapi.h"

#include <algorithm>

#include "base/json.h"
#include "base/units.h"
#include "mapping/contract/fingerprint.h"
#include "mapping/contract/item_schemas.h"
#include "mapping/route.h"

namespace sluice::mapping {
namespace {

constexpr std::int64_t most_listed = 10'000;

Value text_schema() {
  return Value::object({{"type", "string"}});
}
Value reference(std::string_view place) {
  return Value::object({{"$ref", "#/components/" + std::string(place)}});
}
Value described(std::string_view description) {
  return Value::object({{"description", description}});
}

Value parameter(std::string_view name, std::string_view in, std::string_view description, Value schema) {
  Value made = Value::object({{"name", name}, {"in", in}});
  if (!description.empty()) made.set("description", description);
  if (in == "path") made.set("required", true);
  made.set("schema", std::move(schema));
  return made;
}

/// An answer with a JSON body.
Value json_answer(std::string_view description, Value schema) {
  Value answer = described(description);
  answer.set("content", Value::object({{"application/json", Value::object({{"schema", std::move(schema)}})}}));
  return answer;
}

/// Gathers the paths of a document.
class Paths {
 public:
  Paths(const Contract& contract, const SchemaWriter& writer) : contract_(contract), writer_(writer) {}

  Value run() {
    for (const auto& stream : contract_.streams) add(stream);
    for (const auto& command : contract_.commands) add(command);
    return std::move(paths_);
  }

 private:
  void put(const std::string& path, std::string_view method, Value operation) {
    auto* item = paths_.find(path);
    if (item == nullptr) {
      paths_.set(path, Value::object());
      item = paths_.find(path);
    }
    item->set(method, std::move(operation));
  }

  void add(const Contract::Stream& stream) {
    const auto& spec = stream.spec;
    put(own_route(spec), "get", live(stream, own_route(spec), "stream"));
    if (!spec.path.empty()) put(spec.path, "get", live(stream, spec.path, "path"));
    if (spec.poll) {
      put(own_route(spec) + "/latest", "get", poll(stream, own_route(spec) + "/latest", "latest"));
      if (!spec.poll->path.empty()) put(spec.poll->path, "get", poll(stream, spec.poll->path, "poll"));
    }
    if (!spec.history_path.empty()) put(spec.history_path, "get", history(stream));
  }

  static Value operation(const std::string& id, std::string_view tag, std::string_view summary) {
    return Value::object({{"operationId", id}, {"tags", Value::list({tag})}, {"summary", summary}});
  }

  /// Path placeholders, those of the stream's path that this one lacks, and the query.
  Value::List parameters(const Contract::Stream& stream, const std::string& path) const {
    Value::List all;
    const auto in_path = route_placeholders(path);
    const auto in = [&](const std::string& name) {
      return std::find(in_path.begin(), in_path.end(), name) != in_path.end();
    };
    for (const auto& name : in_path) all.push_back(parameter(name, "path", "", text_schema()));
    for (const auto& name : stream.spec.path_fields) {
      if (in(name)) continue;
      auto made = parameter(name, "query", "only events of this key", text_schema());
      made.set("required", true);
      all.push_back(std::move(made));
    }
    for (const auto& declared : stream.query) {
      if (in(declared.name)) continue;
      all.push_back(parameter(declared.name, "query", "", query_schema(declared, stream)));
    }
    return all;
  }

  Value query_schema(const Type::Field& declared, const Contract::Stream& stream) const {
    if (declared.type != nullptr && declared.type->kind != Type::Kind::any) {
      return writer_.of(declared.type.get(), stream.file);
    }
    return any_of({text_schema(), Value::object({{"type", "array"}, {"items", text_schema()}})});
  }

  static void add_refusals(Value& responses, bool with_access) {
    responses.set("400", reference("responses/Problem"));
    if (with_access) responses.set("401", reference("responses/Unauthorized"));
    responses.set("default", reference("responses/Problem"));
  }

  Value live(const Contract::Stream& stream, const std::string& path, std::string_view kind) const {
    const auto& spec = stream.spec;
    auto made = operation(spec.name + "." + std::string(kind), spec.name, "The stream " + spec.name);
    auto all = parameters(stream, path);
    all.push_back(reference("parameters/LastEventID"));
    all.push_back(reference("parameters/lastEventId"));
    made.set("parameters", Value(std::move(all)));
    Value::List items;
    for (const auto& item : stream_items(contract_, spec)) items.push_back(block(item, spec));
    Value answer = described("events, for as long as the client stays");
    answer.set("headers", Value::object({{"Sluice-Last-Event-ID", reference("headers/Position")}}));
    answer.set("content",
               Value::object({{"text/event-stream", Value::object({{"itemSchema", any_of(std::move(items))}})}}));
    Value responses = Value::object({{"200", std::move(answer)}});
    add_refusals(responses, !spec.access.empty());
    made.set("responses", std::move(responses));
    return made;
  }

  /// One block of the event stream as the specification sees it (OpenAPI 3.2, 4.14.4): an object of its fields.
  Value block(const StreamItem& item, const event::StreamSpec& spec) const {
    Value fields = Value::object();
    Value::List required;
    fields.set("event", item.name.empty() ? Value(false) : constant(item.name));
    if (!item.name.empty()) required.emplace_back("event");
    Value data = Value::object({{"type", "string"}});
    if (item.what == StreamItem::What::checkpoint && !spec.ages) {
      data.set("const", "");
    } else if (item.what != StreamItem::What::checkpoint) {
      data.set("contentMediaType", "application/json");
      data.set("contentSchema", data_schema(item, spec, writer_));
    } else {
      data.set("description", "empty, or JSON: the time, and the age of each value");
    }
    fields.set("data", std::move(data));
    required.emplace_back("data");
    const bool positioned = item.what == StreamItem::What::event || item.what == StreamItem::What::gap ||
                            item.what == StreamItem::What::checkpoint;
    if (positioned) fields.set("id", id_schema());
    if (item.what == StreamItem::What::checkpoint) required.emplace_back("id");
    Value schema = Value::object({{"type", "object"}, {"properties", std::move(fields)}});
    schema.set("required", Value(std::move(required)));
    return schema;
  }

  /// `id`, `time`, `key` and `data` of any of these events.
  Value list_of(const std::vector<event::TypeNumber>& types, bool bare) const {
    Value::List elements;
    for (const auto number : types) {
      const auto& event = contract_.event(number);
      elements.push_back(bare ? writer_.data_of(event) : listed_schema(event, writer_));
    }
    Value list = Value::object({{"type", "array"}});
    if (elements.empty()) {
      list.set("maxItems", 0);
    } else {
      list.set("items", any_of(std::move(elements)));
    }
    return list;
  }

  static void set_list_headers(Value& answer) {
    answer.set("headers", Value::object({{"ETag", reference("headers/ETag")},
                                         {"Sluice-Last-Event-ID", reference("headers/Position")}}));
  }

  Value poll(const Contract::Stream& stream, const std::string& path, std::string_view kind) const {
    using As = event::PollSpec::As;
    const auto& spec = stream.spec;
    const bool one = spec.poll->as == As::latest;
    auto made = operation(spec.name + "." + std::string(kind), spec.name,
                          one ? "The newest value of " + spec.name : "The latest values of " + spec.name);
    auto all = parameters(stream, path);
    all.push_back(reference("parameters/after"));
    all.push_back(reference("parameters/wait"));
    if (!one) all.push_back(reference("parameters/limit"));
    all.push_back(reference("parameters/IfNoneMatch"));
    made.set("parameters", Value(std::move(all)));
    Value::List each;
    for (const auto number : spec.poll->events) each.push_back(writer_.data_of(contract_.event(number)));
    Value schema =
        one && !each.empty() ? any_of(std::move(each)) : list_of(spec.poll->events, spec.poll->as == As::data);
    Value answer = json_answer(one ? "the newest value" : "oldest first", std::move(schema));
    set_list_headers(answer);
    Value responses = Value::object({{"200", std::move(answer)}, {"304", described("not changed since")}});
    if (one) {
      responses.set("404", json_answer("there is none yet", closed_object(Value::object({{"title", text_schema()}}))));
    }
    add_refusals(responses, !spec.access.empty());
    made.set("responses", std::move(responses));
    return made;
  }

  Value history(const Contract::Stream& stream) const {
    const auto& spec = stream.spec;
    auto made = operation(spec.name + ".history", spec.name, "Past events of " + spec.name + " that are still kept");
    auto all = parameters(stream, spec.history_path);
    for (const auto* name : {"from", "to", "after", "limit", "IfNoneMatch"}) {
      all.push_back(reference(std::string("parameters/") + name));
    }
    made.set("parameters", Value(std::move(all)));
    Value answer = json_answer("oldest first", list_of(spec.events, false));
    set_list_headers(answer);
    answer.find("headers")->set("Link", reference("headers/Next"));
    Value responses = Value::object({{"200", std::move(answer)}, {"304", described("not changed since")}});
    add_refusals(responses, !spec.access.empty());
    made.set("responses", std::move(responses));
    return made;
  }

  void add(const Command& command) {
    const auto file = file_of(command.name);
    auto made = operation("command." + command.name, file, "The command " + command.name.substr(file.size() + 1));
    Value::List all;
    for (const auto& name : route_placeholders(command.post)) {
      all.push_back(parameter(name, "path", "", text_schema()));
    }
    if (!all.empty()) made.set("parameters", Value(std::move(all)));
    Value content = Value::object({{"application/json", Value::object({{"schema", writer_.body_of(command)}})}});
    made.set("requestBody", Value::object({{"required", true}, {"content", std::move(content)}}));
    Value responses = Value::object();
    if (command.reply) {
      responses.set("200",
                    json_answer("what the device answered", writer_.data_of(contract_.event(command.reply->event))));
    } else {
      Value accepted = closed_object(Value::object({{"status", constant("accepted")}}));
      responses.set("202", json_answer("the broker has it", std::move(accepted)));
    }
    if (!command.access.empty()) responses.set("401", reference("responses/Unauthorized"));
    const auto refused = [&](std::string_view status, std::string_view why) {
      Value answer = described(why);
      answer.set("content", problem_content());
      responses.set(status, std::move(answer));
    };
    refused("400", "no JSON, or a value that the topic must not hold");
    refused("413", "the body is too long");
    refused("415", "the body is not sent as application/json");
    refused("422", "the body does not fit");
    responses.set("503", reference("responses/Away"));
    refused("504", command.reply ? "nothing answered within " + format_duration(command.reply->within)
                                 : "the broker did not acknowledge");
    responses.set("default", reference("responses/Problem"));
    made.set("responses", std::move(responses));
    put(command.post, "post", std::move(made));
  }

 public:
  static Value problem_content() {
    return Value::object({{"application/problem+json", Value::object({{"schema", reference("schemas/Problem")}})}});
  }

 private:
  const Contract& contract_;
  const SchemaWriter& writer_;
  Value paths_ = Value::object();
};

Value problem_schema() {
  // RFC 9457 3.1
  return Value::object({{"type", "object"},
                        {"properties", Value::object({{"type", text_schema()},
                                                      {"title", text_schema()},
                                                      {"status", Value::object({{"type", "integer"}})},
                                                      {"detail", text_schema()}})},
                        {"required", Value::list({"type", "title", "status", "detail"})}});
}

Value shared_parameters() {
  const Value moment =
      any_of({Value::object({{"type", "integer"}}), Value::object({{"type", "string"}, {"format", "date-time"}})});
  Value number = Value::object({{"type", "integer"}, {"minimum", 1}, {"maximum", most_listed}});
  return Value::object({
      {"LastEventID", parameter("Last-Event-ID", "header", "goes on after this position", text_schema())},
      {"lastEventId", parameter("lastEventId", "query", "the same, for who cannot send the header", text_schema())},
      {"after", parameter("after", "query", "only what is newer than this id", text_schema())},
      {"wait",
       parameter("wait", "query", "hold the answer so long, until something is newer: 25s, at most 1m", text_schema())},
      {"limit", parameter("limit", "query", "at most so many", std::move(number))},
      {"from", parameter("from", "query", "not older: Unix milliseconds or RFC 3339", moment)},
      {"to", parameter("to", "query", "not newer: Unix milliseconds or RFC 3339", moment)},
      {"IfNoneMatch", parameter("If-None-Match", "header", "an ETag known already", text_schema())},
  });
}

Value header(std::string_view description) {
  Value made = described(description);
  made.set("schema", text_schema());
  return made;
}

Value shared_responses() {
  const auto refusal = [](std::string_view description) {
    Value made = described(description);
    made.set("content", Paths::problem_content());
    return made;
  };
  Value unauthorized = refusal("a role is needed");
  unauthorized.set("headers", Value::object({{"WWW-Authenticate", header("Bearer")}}));
  Value away = refusal("the broker is away; nothing was sent");
  away.set("headers", Value::object({{"Retry-After", header("seconds")}}));
  return Value::object(
      {{"Problem", refusal("refused, and why")}, {"Unauthorized", std::move(unauthorized)}, {"Away", std::move(away)}});
}

}  // namespace

Value openapi(const Contract& contract) {
  const SchemaWriter writer(contract, "#/components/schemas/");
  Value schemas = writer.definitions();
  schemas.set("Problem", problem_schema());
  return Value::object(
      {{"openapi", "3.2.0"},
       {"info", Value::object({{"title", "Events of a Sluice gateway"}, {"version", fingerprint(contract)}})},
       {"servers", Value::list({Value::object({{"url", "/"}})})},
       {"paths", Paths(contract, writer).run()},
       {"components",
        Value::object({{"schemas", std::move(schemas)},
                       {"parameters", shared_parameters()},
                       {"responses", shared_responses()},
                       {"headers", Value::object({{"ETag", header("changes with the body")},
                                                  {"Position", header("what the answer knows of, as an id")},
                                                  {"Next", header("where a list that was cut goes on")}})}})}});
}

}  // namespace sluice::mapping
