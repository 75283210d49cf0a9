#pragma once

#include <string>

#include "base/value.h"
#include "mapping/expression_node.h"

namespace sluice::mapping {

/// `a op b` for + - * / %: on numbers, on lists of numbers element by element (a list with a list of equal length, or
/// with a number), + also on two texts. Null gives null; integers stay integers except in /, which never does.
///
/// Error: false, and a sentence in `error`.
bool arithmetic(Node::Op op, const Value& a, const Value& b, Value& result, std::string& error);
bool negate(const Value& a, Value& result, std::string& error);

/// Applies `on_number(number, result, error)` to a number or to each number of a list; null stays null.
///
/// Error: false with "text 'high' in 'round'" for anything else.
template <class OnNumber>
bool element_by_element(const Value& value, std::string_view name, Value& result, std::string& error,
                        const OnNumber& on_number) {
  if (value.is_number()) return on_number(value, result, error);
  if (value.is_null()) {
    result = Value();
    return true;
  }
  if (!value.is_list()) {
    error = described(value) + " in '" + std::string(name) + "'";
    return false;
  }
  Value::List list(value.as_list().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& element = value.as_list()[i];
    if (element.is_null()) continue;
    if (!element.is_number()) {
      error = described(element) + " in '" + std::string(name) + "'";
      return false;
    }
    if (!on_number(element, list[i], error)) return false;
  }
  result = Value(std::move(list));
  return true;
}

/// -1, 0 or 1: two numbers compared exactly, be they integers or doubles.
int compare_numbers(const Value& a, const Value& b);

}  // namespace sluice::mapping
