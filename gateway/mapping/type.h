#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "base/yaml.h"

namespace sluice::mapping {

struct Type;
using TypePtr = std::shared_ptr<const Type>;

/// A type in the notation of the mapping language, compiled (mapping-language "Types").
///
/// Threads: any (immutable).
struct Type {
  enum class Kind : std::uint8_t { any, text, integer, number, boolean, object, enumeration, list, record };
  struct Field;

  Kind kind = Kind::any;
  bool optional = false;  // as a field: may be absent
  bool nullable = false;
  std::optional<double> low, high;  // a range; of a text: its length in characters
  std::string unit;
  std::string description;
  std::vector<std::string> texts;  // an enumeration's
  TypePtr element;                 // a list's
  std::vector<Field> fields;       // a record's, in declared order
  /// The name in `types:` of what this is, perhaps with another unit, description or `| null`; "" for any other type.
  std::string name;
  int line = 0, column = 0;  // where it is written

  const Field* find(std::string_view wanted) const;

  /// Why `value` does not fit: "height_cm: 250 is above 200"; nullopt when it does. Closed: no other fields than the
  /// declared. With `open` (payload types) others are no error.
  std::optional<std::string> misfit(const Value& value, bool open = false) const;
};

struct Type::Field {
  std::string name;
  TypePtr type;
};

/// True when both take the same values (descriptions and units do not count). Null is its own kind.
bool same_type(const TypePtr& a, const TypePtr& b);

using NamedTypes = std::map<std::string, TypePtr, std::less<>>;

/// Reads one type; `names` are those of `types:`.
///
/// Error: all that is wrong, with places and the nearest right name.
Expected<TypePtr, Errors> parse_type(const YamlNode& node, std::string_view file, const NamedTypes& names);
/// Reads a `types:` section; types may refer to each other in any order, never in a circle.
Expected<NamedTypes, Errors> parse_types(const YamlNode& node, std::string_view file);

}  // namespace sluice::mapping
