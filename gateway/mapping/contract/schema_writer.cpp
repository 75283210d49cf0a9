#include "mapping/contract/schema_writer.h"

#include <algorithm>
#include <cmath>

#include "mapping/compiled_command.h"

namespace sluice::mapping {
namespace {

/// `{"type":name}`, or `[name, "null"]`.
Value of_kind(std::string_view name, bool nullable) {
  if (!nullable) return Value::object({{"type", name}});
  return Value::object({{"type", Value::list({name, "null"})}});
}

/// A text's range counts its characters, as JSON Schema's minLength does (2020-12 validation, 6.3.2).
void set_length(const Type& type, Value& schema) {
  if (type.low && *type.low > 0) schema.set("minLength", std::ceil(*type.low));
  if (!type.high) return;
  if (*type.high >= 0) {
    schema.set("maxLength", std::floor(*type.high));
  } else {
    schema.set("not", Value::object());
  }
}

void set_range(const Type& type, Value& schema) {
  if (type.low) schema.set("minimum", *type.low);
  if (type.high) schema.set("maximum", *type.high);
}

void annotate(const std::string& description, const std::string& unit, Value& schema) {
  if (!description.empty()) schema.set("description", description);
  if (!unit.empty()) schema.set("x-unit", unit);
}

}  // namespace

Value closed_object(Value properties) {
  Value::List required;
  for (const auto& member : properties.as_object()) required.push_back(member.name);
  Value schema = Value::object({{"type", "object"}});
  schema.set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", Value(std::move(required)));
  schema.set("additionalProperties", false);
  return schema;
}

Value any_of(Value::List schemas) {
  if (schemas.size() == 1) return std::move(schemas.front());
  return Value::object({{"anyOf", Value(std::move(schemas))}});
}

Value constant(std::string_view text) {
  return Value::object({{"const", text}});
}

Value SchemaWriter::definitions() const {
  Value all = Value::object();
  for (const auto& type : contract_.types) all.set(type.file + ".types." + type.name, of(type.type.get(), type.file));
  for (const auto& event : contract_.events) all.set(event.qualified(), of(event.type.get(), event.file));
  for (const auto& command : contract_.commands) {
    const auto file = file_of(command.name);
    if (command.compiled->body == nullptr) continue;
    all.set(std::string(file) + ".commands" + command.name.substr(file.size()), of(command.compiled->body.get(), file));
  }
  return all;
}

Value SchemaWriter::of(const Type* type, std::string_view file) const {
  if (type == nullptr) return Value::object();
  const Type* definition = type->name.empty() ? nullptr : contract_.find_type(file, type->name);
  return definition == nullptr ? plain(*type, file) : named(*type, *definition, file);
}

Value SchemaWriter::key_of(const Contract::Event& event) const {
  Value fields = Value::object();
  for (const auto& field : event.key) {
    Value schema = of(field.type.get(), event.file);
    const bool allows_null = field.type == nullptr || field.type->nullable || field.type->kind == Type::Kind::any;
    if (field.nullable && !allows_null) schema = any_of({std::move(schema), Value::object({{"type", "null"}})});
    fields.set(field.name, std::move(schema));
  }
  return closed_object(std::move(fields));
}

Value SchemaWriter::body_of(const Command& command) const {
  if (command.compiled->body == nullptr) {
    return Value::object({{"type", Value::list({"object", "null"})}, {"maxProperties", 0}});
  }
  const auto file = file_of(command.name);
  return reference(std::string(file) + ".commands" + command.name.substr(file.size()));
}

Value SchemaWriter::reference(std::string_view name) const {
  return Value::object({{"$ref", place_ + std::string(name)}});
}

Value SchemaWriter::named(const Type& type, const Type& definition, std::string_view file) const {
  Value schema = reference(std::string(file) + ".types." + type.name);
  if (type.nullable && !definition.nullable && definition.kind != Type::Kind::any) {
    schema = any_of({std::move(schema), Value::object({{"type", "null"}})});
  }
  const auto& description = type.description == definition.description ? std::string() : type.description;
  const auto& unit = type.unit == definition.unit ? std::string() : type.unit;
  if (description.empty() && unit.empty()) return schema;
  // Draft 7 reads nothing beside $ref (core 8.3).
  if (schema.find("$ref") != nullptr) schema = Value::object({{"allOf", Value::list({std::move(schema)})}});
  annotate(description, unit, schema);
  return schema;
}

Value SchemaWriter::plain(const Type& type, std::string_view file) const {
  Value schema = Value::object();
  switch (type.kind) {
    case Type::Kind::any:
      break;
    case Type::Kind::text:
      schema = of_kind("string", type.nullable);
      set_length(type, schema);
      break;
    case Type::Kind::integer:
      schema = of_kind("integer", type.nullable);
      schema.set("format", "int64");
      set_range(type, schema);
      break;
    case Type::Kind::number:
      schema = of_kind("number", type.nullable);
      set_range(type, schema);
      break;
    case Type::Kind::boolean:
      schema = of_kind("boolean", type.nullable);
      break;
    case Type::Kind::object:
      schema = of_kind("object", type.nullable);
      break;
    case Type::Kind::enumeration: {
      schema = of_kind("string", type.nullable);
      Value::List texts(type.texts.begin(), type.texts.end());
      if (type.nullable) texts.emplace_back();
      schema.set("enum", Value(std::move(texts)));
      break;
    }
    case Type::Kind::list:
      schema = of_kind("array", type.nullable);
      schema.set("items", of(type.element.get(), file));
      break;
    case Type::Kind::record:
      schema = record(type, file);
      break;
  }
  annotate(type.description, type.unit, schema);
  return schema;
}

Value SchemaWriter::record(const Type& type, std::string_view file) const {
  Value schema = of_kind("object", type.nullable);
  Value properties = Value::object();
  Value::List required;
  for (const auto& field : type.fields) {
    properties.set(field.name, of(field.type.get(), file));
    if (!field.type->optional) required.emplace_back(field.name);
  }
  schema.set("properties", std::move(properties));
  if (!required.empty()) schema.set("required", Value(std::move(required)));
  schema.set("additionalProperties", false);
  return schema;
}

}  // namespace sluice::mapping
