#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"

namespace sluice::mapping {

/// One function of the expression language.
struct Function {
  static constexpr std::size_t any_number = 64;
  std::string_view name;
  std::size_t least_arguments;
  std::size_t most_arguments;
  /// Error: false, and a sentence in `error`.
  bool (*call)(std::span<const Value* const> arguments, Value& result, std::string& error);
  std::string_view about;    // for the reference page
  std::string_view example;  // an expression that is true, which a test evaluates
};

/// The function of that name; nullptr when there is none.
const Function* find_function(std::string_view name);
std::vector<std::string> function_names();
std::span<const Function> all_functions();

/// A value as the text that `text()` and `{}` in a text make of it: a text is itself, null is empty, the rest JSON.
void append_text(const Value& value, std::string& out);

}  // namespace sluice::mapping
