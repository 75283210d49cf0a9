#pragma once

#include "base/expected.h"
#include "base/value.h"
#include "mapping/contract/contract.h"

namespace sluice::mapping {

/// What the contract breaks of `before`, a document that json_schema() wrote: events and streams that browsers read
/// and commands that they send, as they knew them. Each message starts with "note: ", at the place of the new
/// definition.
///
/// An event breaks when it may hold what its readers were told it never does, or lacks what they were told it has; a
/// new field is none of both. A command breaks when it refuses what it took.
///
/// Error: the document is none of json_schema()'s.
Expected<Errors> breaking_changes(const Contract& contract, const Value& before);

}  // namespace sluice::mapping
