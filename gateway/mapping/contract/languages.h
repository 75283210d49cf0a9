#pragma once

#include <span>
#include <string>
#include <string_view>

#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// A language in which a contract is published.
struct ContractLanguage {
  std::string_view name;  // as `--lang` and the route `/schema/<name>` say it
  std::string_view content_type;
  std::string (*write)(const Contract& contract);
};

/// `ts json-schema openapi asyncapi`.
std::span<const ContractLanguage> contract_languages();

}  // namespace sluice::mapping
