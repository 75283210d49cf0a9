#pragma once

#include <string_view>

#include "base/expected.h"
#include "base/value.h"

namespace sluice {

/// Reads JSON as parse_json does, slower, and takes integers of any size as doubles: what simdjson refuses goes here.
///
/// Error: as parse_json's.
Expected<Value> parse_json_numbers(std::string_view text, int max_depth);

}  // namespace sluice
