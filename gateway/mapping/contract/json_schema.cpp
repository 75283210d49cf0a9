#include "mapping/contract/json_schema.h"

#include "mapping/contract/item_schemas.h"

namespace sluice::mapping {
namespace {

Value object_of(Value properties, std::string_view description) {
  return Value::object({{"description", description},
                        {"type", "object"},
                        {"properties", std::move(properties)},
                        {"additionalProperties", false}});
}

Value stream_schema(const Contract& contract, const event::StreamSpec& stream, const SchemaWriter& writer) {
  Value events = Value::object();
  for (const auto& [listener, items] : by_listener(stream_items(contract, stream))) {
    Value::List schemas;
    for (const auto& item : items) schemas.push_back(data_schema(item, stream, writer));
    events.set(listener, any_of(std::move(schemas)));
  }
  return object_of(std::move(events), "the data of each event of " + own_route(stream));
}

}  // namespace

Value json_schema(const Contract& contract) {
  const SchemaWriter writer(contract, "#/$defs/");
  Value events = Value::object();
  for (const auto& event : contract.events) events.set(event.qualified(), writer.data_of(event));
  Value streams = Value::object();
  for (const auto& stream : contract.streams) {
    streams.set(stream.spec.name, stream_schema(contract, stream.spec, writer));
  }
  Value commands = Value::object();
  for (const auto& command : contract.commands) commands.set(command.name, writer.body_of(command));
  Value root = Value::object({{"$schema", "https://json-schema.org/draft/2020-12/schema"},
                              {"title", "Events of a Sluice gateway"},
                              {"type", "object"}});
  root.set("properties",
           Value::object({{"events", object_of(std::move(events), "the data of each event, by file and name")},
                          {"streams", object_of(std::move(streams), "what each stream sends, by its public name")},
                          {"commands", object_of(std::move(commands), "the body of each command, by file and name")}}));
  root.set("additionalProperties", false);
  root.set("$defs", writer.definitions());
  return root;
}

}  // namespace sluice::mapping
