#pragma once

#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "mapping/command.h"
#include "mapping/expression.h"
#include "mapping/publishing.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// What a command's requests are run through.
///
/// Threads: any (immutable).
struct Command::Compiled {
  explicit Compiled(Publishing message) : publish(std::move(message)) {}

  TypePtr body;  // null: none is read
  std::vector<std::pair<std::string, Template>> set;
  Publishing publish;
  std::vector<std::string> reply_key;  // the key fields of the reply's event
  std::optional<Expression> reply_when;
};

}  // namespace sluice::mapping
