#include "mapping/contract/schema_reader.h"

#include <algorithm>

#include "base/json.h"
#include "base/text.h"

namespace sluice::mapping {
namespace {

constexpr int most_levels = 128;
constexpr std::string_view definitions = "#/$defs/";

std::optional<double> number_at(const Value& schema, std::string_view name) {
  const auto* value = schema.find(name);
  return value != nullptr && value->is_number() ? std::optional(value->as_number()) : std::nullopt;
}

std::string text_at(const Value& schema, std::string_view name) {
  const auto* value = schema.find(name);
  return value != nullptr && value->is_text() ? std::string(value->as_text()) : std::string();
}

tl::unexpected<Error> not_ours(const Value& schema) {
  return unexpected("'" + excerpt(to_json(schema), 80) + "' is no type that 'sluice types' writes");
}

bool is_null_schema(const Value& schema) {
  return text_at(schema, "type") == "null";
}

}  // namespace

const Value* SchemaReader::definition(std::string_view reference) const {
  const auto* all = document_.find("$defs");
  if (all == nullptr || !reference.starts_with(definitions)) return nullptr;
  return all->find(reference.substr(definitions.size()));
}

Expected<TypePtr> SchemaReader::read(const Value& schema, int depth) const {
  if (!schema.is_object() || depth > most_levels) return not_ours(schema);
  Expected<Type> type;
  const auto* all_of = schema.find("allOf");
  if (const auto* place = schema.find("$ref"); place != nullptr && place->is_text()) {
    type = refer(schema, place->as_text(), depth);
  } else if (all_of != nullptr && all_of->is_list() && all_of->as_list().size() == 1) {
    auto inner = read(all_of->as_list().front(), depth + 1);
    if (!inner) return inner;
    type = **inner;
  } else if (const auto* any = schema.find("anyOf")) {
    type = read_any_of(*any, depth);
  } else {
    const auto* kinds = schema.find("type");
    if (kinds == nullptr) return std::make_shared<const Type>();
    if (kinds->is_text()) {
      if (auto read = read_kind(schema, kinds->as_text(), *type, depth); !read) return tl::unexpected(read.error());
    } else {
      const bool nullable = kinds->is_list() && kinds->as_list().size() == 2 && kinds->as_list()[0].is_text() &&
                            kinds->as_list()[1] == Value("null");
      if (!nullable) return not_ours(schema);
      type->nullable = true;
      auto read = read_kind(schema, kinds->as_list()[0].as_text(), *type, depth);
      if (!read) return tl::unexpected(read.error());
    }
  }
  if (!type) return tl::unexpected(type.error());
  if (auto unit = text_at(schema, "x-unit"); !unit.empty()) type->unit = std::move(unit);
  return std::make_shared<const Type>(std::move(*type));
}

Expected<Type> SchemaReader::refer(const Value& schema, std::string_view place, int depth) const {
  const auto* definition_there = definition(place);
  if (definition_there == nullptr) return not_ours(schema);
  auto type = read(*definition_there, depth + 1);
  if (!type) return tl::unexpected(type.error());
  Type named = **type;
  constexpr std::string_view types = ".types.";
  const auto at = place.find(types);
  if (at != std::string_view::npos) named.name = place.substr(at + types.size());
  return named;
}

Expected<Type> SchemaReader::read_any_of(const Value& choices, int depth) const {
  const bool nullable = choices.is_list() && choices.as_list().size() == 2 && is_null_schema(choices.as_list().back());
  if (!nullable) return not_ours(choices);
  auto inner = read(choices.as_list().front(), depth + 1);
  if (!inner) return tl::unexpected(inner.error());
  Type type = **inner;
  type.nullable = true;
  return type;
}

Expected<void> SchemaReader::read_kind(const Value& schema, std::string_view kind, Type& type, int depth) const {
  type.low = number_at(schema, kind == "string" ? "minLength" : "minimum");
  type.high = number_at(schema, kind == "string" ? "maxLength" : "maximum");
  if (kind == "integer") {
    type.kind = Type::Kind::integer;
  } else if (kind == "number") {
    type.kind = Type::Kind::number;
  } else if (kind == "boolean") {
    type.kind = Type::Kind::boolean;
  } else if (kind == "string") {
    const auto* texts = schema.find("enum");
    type.kind = texts == nullptr ? Type::Kind::text : Type::Kind::enumeration;
    if (texts != nullptr && !texts->is_list()) return not_ours(schema);
    for (std::size_t i = 0; texts != nullptr && i < texts->as_list().size(); ++i) {
      const auto& text = texts->as_list()[i];
      if (text.is_text()) type.texts.emplace_back(text.as_text());
    }
  } else if (kind == "array") {
    const auto* items = schema.find("items");
    if (items == nullptr) return not_ours(schema);
    auto element = read(*items, depth + 1);
    if (!element) return tl::unexpected(element.error());
    type.kind = Type::Kind::list;
    type.element = std::move(*element);
  } else if (kind == "object") {
    return read_record(schema, type, depth);
  } else {
    return not_ours(schema);
  }
  return {};
}

Expected<void> SchemaReader::read_record(const Value& schema, Type& type, int depth) const {
  const auto* properties = schema.find("properties");
  // A command without a body takes an empty object.
  const bool empty = schema.find("maxProperties") != nullptr;
  type.kind = properties == nullptr && !empty ? Type::Kind::object : Type::Kind::record;
  if (properties == nullptr) return {};
  if (!properties->is_object()) return not_ours(schema);
  const auto* required = schema.find("required");
  for (const auto& property : properties->as_object()) {
    auto field = read(property.value, depth + 1);
    if (!field) return tl::unexpected(field.error());
    Type known = **field;
    known.optional =
        required == nullptr || !required->is_list() ||
        std::find(required->as_list().begin(), required->as_list().end(), property.name) == required->as_list().end();
    type.fields.push_back({std::string(property.key()), std::make_shared<const Type>(std::move(known))});
  }
  return {};
}

}  // namespace sluice::mapping
