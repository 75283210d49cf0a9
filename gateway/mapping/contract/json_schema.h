#pragma once

#include "base/value.h"
#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// The contract as a JSON Schema, 2020-12: `$defs` has each event's data, each named type and each command's body by
/// name. The root describes an object that says which event, stream and command has which of them.
Value json_schema(const Contract& contract);

}  // namespace sluice::mapping
