#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"

namespace sluice::mapping {

/// One token of an expression.
struct Token {
  enum class Kind : std::uint8_t { number, text, word, symbol, end };
  Kind kind = Kind::end;
  std::string_view spelling;  // of the source; "" at the end
  Value value;                // of a number or a text

  bool is(std::string_view symbol_or_word) const {
    return (kind == Kind::symbol || kind == Kind::word) && spelling == symbol_or_word;
  }
};

/// The tokens of `source`, the last of kind end. A text stands in single quotes, '' in it for one of them.
///
/// Error: a sentence without " in '...'"; names what other languages write for what they know here (`?`, `&&`, `!`).
Expected<std::vector<Token>> read_tokens(std::string_view source);

/// True for the words that name nothing: `and or not in if else true false null`.
bool is_keyword(std::string_view word);

}  // namespace sluice::mapping
