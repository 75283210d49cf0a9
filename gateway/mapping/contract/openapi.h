#pragma once

#include "base/value.h"
#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// The routes of a contract as an OpenAPI 3.2 document: streams with an `itemSchema` over `text/event-stream`, polls,
/// histories and commands, with what each answers.
Value openapi(const Contract& contract);

}  // namespace sluice::mapping
