#include "mapping/shape.h"

namespace sluice::mapping {
namespace {

bool has_records(const Type& type) {
  return type.kind == Type::Kind::record || (type.kind == Type::Kind::list && has_records(*type.element));
}

}  // namespace

Value shape(const Type& type, Value&& value) {
  if (type.kind == Type::Kind::list && value.is_list() && has_records(*type.element)) {
    for (auto& element : value.as_list()) element = shape(*type.element, std::move(element));
    return std::move(value);
  }
  if (type.kind != Type::Kind::record || !value.is_object()) return std::move(value);
  Value::Object shaped;
  shaped.reserve(type.fields.size());
  for (const auto& field : type.fields) {
    Value* found = value.find(field.name);
    if (found == nullptr) {
      if (field.type->nullable && !field.type->optional) shaped.push_back({field.name, Value()});
      continue;
    }
    if (found->is_null() && field.type->optional && !field.type->nullable) continue;
    shaped.push_back({field.name, shape(*field.type, std::move(*found))});
  }
  return Value(std::move(shaped));
}

}  // namespace sluice::mapping
