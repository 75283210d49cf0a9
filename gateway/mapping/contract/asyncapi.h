#pragma once

#include "base/value.h"
#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// The streams and commands of a contract as an AsyncAPI 3.0 document: a channel each, with the messages that go over
/// it; the gateway sends on streams and receives on commands.
Value asyncapi(const Contract& contract);

}  // namespace sluice::mapping
