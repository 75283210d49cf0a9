#pragma once

#include <string>

#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// The contract as TypeScript declarations, for `tsc --strict`: an interface or type for each event's data and each
/// named type; `Events` by event name, `Streams` by a stream's public name (what each sends, by listener), `Polls`,
/// `Queries` and `Commands`.
std::string typescript(const Contract& contract);

}  // namespace sluice::mapping
