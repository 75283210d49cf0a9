#pragma once

#include <functional>
#include <string_view>

#include "base/expected.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// Finds a name of `types:`. Error: why there is no such type.
using TypeLookup = std::function<Expected<TypePtr>(std::string_view name)>;

/// Reads the notation of one type in one text: `optional int 0..200 cm | null -- Calculated desk height`.
///
/// Error: `message` only.
Expected<Type> parse_type_text(std::string_view text, const TypeLookup& lookup);

/// The names that are no type of the author's: `any text int number bool object`, `optional` and `null`.
bool is_type_word(std::string_view word);
/// The word for a kind: `int`; "" for those that are written by their parts.
std::string_view type_word(Type::Kind kind);

}  // namespace sluice::mapping
