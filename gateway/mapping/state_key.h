#pragma once

#include <string>
#include <vector>

#include "base/value.h"

namespace sluice::mapping {

/// Puts the values of `names` in `record` into `bytes`, so that equal values (1 == 1.0) give equal bytes and different
/// ones different bytes. What is missing counts as null.
void state_key(const Value& record, const std::vector<std::string>& names, std::string& bytes);

/// Appends one value in that form.
void append_key_part(const Value& value, std::string& bytes);

}  // namespace sluice::mapping
