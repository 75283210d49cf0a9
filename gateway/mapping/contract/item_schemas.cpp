#include "mapping/contract/item_schemas.h"

#include "base/json.h"

namespace sluice::mapping {
namespace {

using What = StreamItem::What;

Value null_schema() {
  return Value::object({{"type", "null"}});
}

Value gap_schema() {
  Value reasons = Value::list({"expired", "unknown", "slow", "source"});
  return closed_object(Value::object({
      {"reason", Value::object({{"type", "string"}, {"enum", std::move(reasons)}})},
      {"from", any_of({id_schema(), null_schema()})},
      {"to", id_schema()},
      {"missed", Value::object({{"type", Value::list({"integer", "null"})}, {"minimum", 0}})},
  }));
}

Value source_schema() {
  return closed_object(Value::object({{"connected", Value::object({{"type", "boolean"}})}, {"since", time_schema()}}));
}

/// `{"time":now,"values":[[event, key, time], ...]}`
Value ages_schema() {
  Value value = Value::object({{"type", "array"},
                               {"minItems", 3},
                               {"maxItems", 3},
                               {"description", "the event's name, its key, its time in Unix milliseconds"}});
  return closed_object(Value::object(
      {{"time", time_schema()}, {"values", Value::object({{"type", "array"}, {"items", std::move(value)}})}}));
}

Value bare_schema(const StreamItem& item, const event::StreamSpec& stream, const SchemaWriter& writer) {
  switch (item.what) {
    case What::event:
      return writer.data_of(*item.event);
    case What::hello:
      return Value::object({{"const", parse_json(stream.hello->data_json).value_or(Value())}});
    case What::heartbeat:
      return closed_object(Value::object());
    case What::gap:
      return gap_schema();
    case What::checkpoint:
      return stream.ages ? any_of({ages_schema(), null_schema()}) : null_schema();
    case What::source:
      return source_schema();
    case What::expired:
      break;
  }
  return Value::object();
}

}  // namespace

Value id_schema() {
  return Value::object({{"type", "string"}, {"pattern", "^[a-z0-9]+-[0-9]+$"}, {"maxLength", 64}});
}

Value time_schema() {
  return Value::object({{"type", "integer"}, {"format", "int64"}, {"x-unit", "ms"}});
}

Value listed_schema(const Contract::Event& event, const SchemaWriter& writer) {
  return closed_object(Value::object({{"event", constant(event.name)},
                                      {"id", id_schema()},
                                      {"time", time_schema()},
                                      {"key", writer.key_of(event)},
                                      {"data", writer.data_of(event)}}));
}

Value data_schema(const StreamItem& item, const event::StreamSpec& stream, const SchemaWriter& writer) {
  if (item.type.empty()) return bare_schema(item, stream, writer);
  Value envelope = Value::object({{"type", constant(item.type)}});
  if (item.what != What::heartbeat) envelope.set("data", bare_schema(item, stream, writer));
  envelope.set("timestamp", Value::object({{"type", "number"}, {"x-unit", "s"}}));
  return closed_object(std::move(envelope));
}

}  // namespace sluice::mapping
