#include "base/key_binding.h"

#include <algorithm>
#include <cmath>

#include "base/json.h"

namespace sluice {

bool KeyBinding::allows(const Value& fields) const {
  if (!bound()) return true;
  std::string buffer;
  const auto holds = [&](const Test& test) {
    const auto* value = fields.find(test.field);
    if (value == nullptr || value->is_null()) return false;
    return std::ranges::find(test.texts, key_text(*value, buffer)) != test.texts.end();
  };
  return std::ranges::any_of(any, [&](const Tests& tests) { return std::ranges::all_of(tests, holds); });
}

Value KeyBinding::name() const {
  Value::List alternatives;
  for (const auto& tests : any) {
    Value::List all;
    for (const auto& test : tests) {
      Value::List texts(test.texts.begin(), test.texts.end());
      all.push_back(Value::list({test.field, std::move(texts)}));
    }
    alternatives.emplace_back(std::move(all));
  }
  return alternatives;
}

std::string_view key_text(const Value& value, std::string& buffer) {
  if (value.is_text()) return value.as_text();
  buffer.clear();
  // 2.0 is 2, and -0.0 is 0.
  if (value.is_number() && !value.is_int()) {
    const double number = value.as_number();
    if (std::abs(number) < 9e18 && std::trunc(number) == number) {
      buffer = std::to_string(static_cast<std::int64_t>(number));
      return buffer;
    }
  }
  write_json(value, buffer);
  return buffer;
}

}  // namespace sluice
