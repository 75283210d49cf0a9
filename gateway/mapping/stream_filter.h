#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "base/yaml.h"
#include "event/event_filter.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// One event type that a stream names, as its filter needs to know it.
struct FilterType {
  event::TypeNumber number = 0;
  std::string name;                     // what `event` reads
  std::vector<std::string> key_fields;  // these hide fields of the data so named
  const Type* type = nullptr;           // null: untyped; read only while compiling
};

/// Compiles a stream's `when:` (mapping-language "streams") for the event types that the stream names. `constants` is
/// an object or null.
///
/// Error: with the node's place; also for a name that none of the types (all of them typed), their keys or the
/// constants have.
Expected<std::shared_ptr<const event::StreamFilter>, Errors> compile_stream_filter(const YamlNode& when,
                                                                                   std::string_view file,
                                                                                   const Value& constants,
                                                                                   std::vector<FilterType> types);

/// The names x that the filter reads as `query.x`, sorted: what compile_query must let through undeclared. Empty where
/// the filter does not compile.
std::vector<std::string> query_names(const YamlNode& when);

}  // namespace sluice::mapping
