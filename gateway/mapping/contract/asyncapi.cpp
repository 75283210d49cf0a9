#include "mapping/contract/asyncapi.h"

#include "mapping/contract/fingerprint.h"
#include "mapping/contract/item_schemas.h"
#include "mapping/route.h"

namespace sluice::mapping {
namespace {

/// Where a name is part of a `$ref`: '/' and '~' do not occur in ours (RFC 6901 3).
Value to(const std::string& place) {
  return Value::object({{"$ref", "#/" + place}});
}

Value message(std::string_view name, Value payload) {
  return Value::object({{"name", name}, {"contentType", "application/json"}, {"payload", std::move(payload)}});
}

Value channel(const std::string& address, std::string_view title, Value messages) {
  Value made = Value::object({{"address", address}, {"title", title}, {"messages", std::move(messages)}});
  Value parameters = Value::object();
  for (const auto& name : route_placeholders(address)) parameters.set(name, Value::object());
  if (!parameters.as_object().empty()) made.set("parameters", std::move(parameters));
  return made;
}

Value http_method(std::string_view method) {
  return Value::object({{"http", Value::object({{"method", method}, {"bindingVersion", "0.3.0"}})}});
}

/// Gathers the channels and operations of a document.
class Channels {
 public:
  explicit Channels(const Contract& contract, const SchemaWriter& writer) : contract_(contract), writer_(writer) {}

  void run() {
    for (const auto& stream : contract_.streams) add(stream.spec);
    for (const auto& command : contract_.commands) add(command);
  }

  Value channels = Value::object();
  Value operations = Value::object();

 private:
  void add(const event::StreamSpec& spec) {
    Value messages = Value::object();
    for (const auto& item : stream_items(contract_, spec)) {
      auto name = item.name.empty() ? item.type : item.name;
      if (name.empty()) name = item.event == nullptr ? "hello" : item.event->name;
      auto key = name;
      // Two files may each have an event of that name.
      if (messages.find(key) != nullptr && item.event != nullptr) key = item.event->qualified();
      messages.set(key, message(name, data_schema(item, spec, writer_)));
    }
    const auto name = "streams." + spec.name;
    channels.set(name, channel(spec.path.empty() ? own_route(spec) : spec.path, spec.name, std::move(messages)));
    operations.set(name, Value::object({{"action", "send"},
                                        {"channel", to("channels/" + name)},
                                        {"bindings", http_method("GET")},
                                        {"summary", "Server-Sent Events; also at " + own_route(spec)}}));
  }

  void add(const Command& command) {
    const auto name = "commands." + command.name;
    Value messages = Value::object({{"body", message(command.name, writer_.body_of(command))}});
    if (command.reply) {
      const auto& event = contract_.event(command.reply->event);
      messages.set("answer", message(event.name, writer_.data_of(event)));
    }
    channels.set(name, channel(command.post, command.name, std::move(messages)));
    const auto place = "channels/" + name;
    Value operation = Value::object({{"action", "receive"},
                                     {"channel", to(place)},
                                     {"bindings", http_method("POST")},
                                     {"messages", Value::list({to(place + "/messages/body")})}});
    if (command.reply) {
      operation.set("reply", Value::object({{"channel", to(place)},
                                            {"messages", Value::list({to(place + "/messages/answer")})}}));
    }
    operations.set(name, std::move(operation));
  }

  const Contract& contract_;
  const SchemaWriter& writer_;
};

}  // namespace

Value asyncapi(const Contract& contract) {
  const SchemaWriter writer(contract, "#/components/schemas/");
  Channels all(contract, writer);
  all.run();
  return Value::object(
      {{"asyncapi", "3.0.0"},
       {"info", Value::object({{"title", "Events of a Sluice gateway"}, {"version", fingerprint(contract)}})},
       {"defaultContentType", "application/json"},
       {"channels", std::move(all.channels)},
       {"operations", std::move(all.operations)},
       {"components", Value::object({{"schemas", writer.definitions()}})}});
}

}  // namespace sluice::mapping
