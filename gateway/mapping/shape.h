#pragma once

#include "base/value.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// `value` less the fields that a closed type does not declare, at every depth, in declared order. An optional field
/// that is null is left out, unless its type allows null; a missing one that must be there but may be null is null.
/// What does not fit is left as it is: Type::misfit says so.
Value shape(const Type& type, Value&& value);

}  // namespace sluice::mapping
