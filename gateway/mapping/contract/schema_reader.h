#pragma once

#include <string_view>

#include "base/expected.h"
#include "base/value.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// Reads the types back out of a JSON Schema that json_schema() wrote, today's or an older one.
///
/// Threads: any. The document must outlive it.
class SchemaReader {
 public:
  explicit SchemaReader(const Value& document) : document_(document) {}

  /// A type that refers to a named one has its `name`: "state" of "#/$defs/desk.types.state".
  /// Error: what is not of json_schema()'s making.
  Expected<TypePtr> read(const Value& schema) const { return read(schema, 0); }

  /// The definition that a `$ref` names; null when there is none.
  const Value* definition(std::string_view reference) const;

 private:
  Expected<TypePtr> read(const Value& schema, int depth) const;
  Expected<Type> refer(const Value& schema, std::string_view place, int depth) const;
  Expected<Type> read_any_of(const Value& choices, int depth) const;
  Expected<void> read_kind(const Value& schema, std::string_view kind, Type& type, int depth) const;
  Expected<void> read_record(const Value& schema, Type& type, int depth) const;

  const Value& document_;
};

}  // namespace sluice::mapping
