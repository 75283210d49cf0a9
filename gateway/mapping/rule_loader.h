#pragma once

#include <optional>
#include <vector>

#include "mapping/rule.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// What the reading of rules, streams and commands of a set shares.
struct LoadScope {
  EventTable& events;
  const LoadOptions& options;
  std::vector<event::TypeNumber>* latest = nullptr;  // gathers the types that are read as `latest.E`

  /// What names mean in expressions of this file; the caller adds what else may be read. `latest.E` is readable.
  Scope expressions(const MappingFile& file) const;
};

/// Compiles a rule whose wiring is settled; nullopt when something is wrong, which then is reported.
std::optional<Rule> read_rule(const RuleDraft& draft, const LoadScope& load);

}  // namespace sluice::mapping
