#pragma once

#include "mapping/contract/contract.h"
#include "mapping/mapping_set.h"
#include "mapping/rule.h"
#include "mapping/test_case.h"

namespace sluice::mapping {

/// What a MappingSet holds.
struct MappingSet::Parts {
  std::vector<std::string> files;
  std::string fingerprint;
  CompiledRules rules;
  std::vector<event::StreamSpec> streams;
  std::vector<Command> commands;
  std::vector<std::string> subscriptions;
  std::vector<TestCase> tests;
  Errors notes;
  Contract contract;
  LoadOptions options;
};

}  // namespace sluice::mapping
