#pragma once

#include <vector>

#include "mapping/contract/contract.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// The key fields of an event with what the rules that emit it say of their types: a placeholder is a text or an
/// integer, a declared field has its type; a field that steps make has none that is known. Null where a rule lacks it.
std::vector<Contract::KeyField> key_types(const DeclaredEvent& event, const std::vector<RuleDraft>& drafts);

}  // namespace sluice::mapping
