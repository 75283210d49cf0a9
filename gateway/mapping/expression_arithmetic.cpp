#include "mapping/expression_arithmetic.h"

#include <fmt/format.h>

#include <cmath>

namespace sluice::mapping {
namespace {

using Op = Node::Op;

std::string_view symbol(Op op) {
  switch (op) {
    case Op::add:
      return "+";
    case Op::subtract:
    case Op::negate:
      return "-";
    case Op::multiply:
      return "*";
    case Op::divide:
      return "/";
    default:
      return "%";
  }
}

bool fail(std::string& error, std::string message) {
  error = std::move(message);
  return false;
}

bool on_integers(Op op, std::int64_t a, std::int64_t b, Value& result, std::string& error) {
  std::int64_t out = 0;
  bool overflow = false;
  switch (op) {
    case Op::add:
      overflow = __builtin_add_overflow(a, b, &out);
      break;
    case Op::subtract:
      overflow = __builtin_sub_overflow(a, b, &out);
      break;
    case Op::multiply:
      overflow = __builtin_mul_overflow(a, b, &out);
      break;
    default:
      out = b == -1 ? 0 : a % b;  // the least integer has no quotient by -1
  }
  if (overflow) return fail(error, fmt::format("{} {} {} is beyond 64 bits", a, symbol(op), b));
  result = Value(out);
  return true;
}

bool on_doubles(Op op, double a, double b, Value& result, std::string& error) {
  double out = 0;
  switch (op) {
    case Op::add:
      out = a + b;
      break;
    case Op::subtract:
      out = a - b;
      break;
    case Op::multiply:
      out = a * b;
      break;
    case Op::divide:
      out = a / b;
      break;
    default:
      out = std::fmod(a, b);
  }
  if (!std::isfinite(out)) return fail(error, fmt::format("{} {} {} is beyond a double", a, symbol(op), b));
  result = Value(out);
  return true;
}

bool on_numbers(Op op, const Value& a, const Value& b, Value& result, std::string& error) {
  if ((op == Op::divide || op == Op::modulo) && b.as_number() == 0) return fail(error, "division by zero");
  if (a.is_int() && b.is_int() && op != Op::divide) return on_integers(op, a.as_int(), b.as_int(), result, error);
  return on_doubles(op, a.as_number(), b.as_number(), result, error);
}

/// One element of a list with what stands opposite to it.
bool on_elements(Op op, const Value& a, const Value& b, Value& result, std::string& error) {
  if (a.is_null() || b.is_null()) return true;
  if (a.is_number() && b.is_number()) return on_numbers(op, a, b, result, error);
  return fail(error, fmt::format("{} in '{}'", described(a.is_number() ? b : a), symbol(op)));
}

bool on_lists(Op op, const Value& a, const Value& b, Value& result, std::string& error) {
  if (a.is_list() && b.is_list() && a.as_list().size() != b.as_list().size()) {
    return fail(error,
                fmt::format("lists of {} and {} elements in '{}'", a.as_list().size(), b.as_list().size(), symbol(op)));
  }
  Value::List list(a.is_list() ? a.as_list().size() : b.as_list().size());
  for (std::size_t i = 0; i < list.size(); ++i) {
    const auto& left = a.is_list() ? a.as_list()[i] : a;
    const auto& right = b.is_list() ? b.as_list()[i] : b;
    if (!on_elements(op, left, right, list[i], error)) return false;
  }
  result = Value(std::move(list));
  return true;
}

}  // namespace

bool arithmetic(Op op, const Value& a, const Value& b, Value& result, std::string& error) {
  if (a.is_number() && b.is_number()) return on_numbers(op, a, b, result, error);
  if (a.is_null() || b.is_null()) {
    result = Value();
    return true;
  }
  if (op == Op::add && a.is_text() && b.is_text()) {
    std::string text(a.as_text());
    result = Value(text += b.as_text());
    return true;
  }
  const auto fits = [](const Value& value) { return value.is_list() || value.is_number(); };
  if (fits(a) && fits(b)) return on_lists(op, a, b, result, error);
  return fail(error, fmt::format("{} in '{}'", described(fits(a) ? b : a), symbol(op)));
}

bool negate(const Value& a, Value& result, std::string& error) {
  return element_by_element(a, "-", result, error, [](const Value& number, Value& out, std::string& why) {
    return number.is_int() ? on_integers(Op::subtract, 0, number.as_int(), out, why)
                           : on_doubles(Op::subtract, 0, number.as_number(), out, why);
  });
}

int compare_numbers(const Value& a, const Value& b) {
  if (a.is_int() && b.is_int()) return a.as_int() < b.as_int() ? -1 : a.as_int() > b.as_int() ? 1 : 0;
  // A long double holds every 64-bit integer on the platforms we build for.
  const auto exact = [](const Value& value) {
    return value.is_int() ? static_cast<long double>(value.as_int()) : static_cast<long double>(value.as_number());
  };
  const auto x = exact(a);
  const auto y = exact(b);
  return x < y ? -1 : x > y ? 1 : 0;
}

}  // namespace sluice::mapping
