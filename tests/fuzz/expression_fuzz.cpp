// The first line is an expression, the rest the JSON of a record: it is refused, or evaluates to the same twice.
#include "mapping/expression.h"

#include <cstdlib>

#include "base/json.h"
#include "input.h"

int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  using namespace sluice;
  auto rest = fuzz::text(bytes, size);
  const auto expression = mapping::Expression::compile(fuzz::take_line(rest), mapping::Scope{});
  if (!expression) return 0;
  const auto record = parse_json(rest).value_or(Value::object());
  mapping::Environment environment;
  environment.record = &record;
  const auto value = expression->evaluate(environment);
  const auto again = expression->evaluate(environment);
  if (value.has_value() != again.has_value()) std::abort();
  if (value && to_json(*value) != to_json(*again)) std::abort();
  return 0;
}
