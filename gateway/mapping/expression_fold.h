#pragma once

#include <optional>
#include <string_view>

#include "mapping/expression_node.h"

namespace sluice::mapping {

/// What is known before the rest of the environment is.
struct Known {
  const Value* query = nullptr;
  std::optional<std::string_view> event;
};

/// A copy of the tree in which everything that is known is computed. Where the original gives a value, so does the
/// copy, the same one; where it fails, the copy fails.
NodePtr fold(const Node& node, const Known& known);
/// The same for a tree of which only the truth counts: null and false are one.
NodePtr fold_condition(const Node& node, const Known& known);

}  // namespace sluice::mapping
