#pragma once

#include <string>

#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// The version of a contract: 16 hex digits that change when what it promises does.
std::string fingerprint(const Contract& contract);

}  // namespace sluice::mapping
