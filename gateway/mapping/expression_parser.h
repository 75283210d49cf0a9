#pragma once

#include <string_view>

#include "base/expected.h"
#include "mapping/expression_node.h"

namespace sluice::mapping {

/// Parses `text` and gives its names their meaning. `shown` is what error messages quote: the text as the file has it.
///
/// Error: `message` only.
Expected<NodePtr> parse_expression(std::string_view text, std::string_view shown, const Scope& scope);

}  // namespace sluice::mapping
