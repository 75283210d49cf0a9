#include "mapping/expression_functions.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "mapping/expression_arithmetic.h"

namespace sluice::mapping {
namespace {

using Arguments = std::span<const Value* const>;

bool fail(std::string& error, std::string message) {
  error = std::move(message);
  return false;
}

bool wrong_kind(const Value& value, std::string_view name, std::string& error) {
  return fail(error, fmt::format("{} in '{}'", described(value), name));
}

/// Calls `use(value)` for each element of the one list, or for each argument, until it gives false.
template <class Use>
bool each_of(Arguments arguments, const Use& use) {
  if (arguments.size() == 1 && arguments[0]->is_list()) {
    const auto& list = arguments[0]->as_list();
    return std::all_of(list.begin(), list.end(), use);
  }
  return std::all_of(arguments.begin(), arguments.end(), [&](const Value* value) { return use(*value); });
}

/// As each_of, for numbers only; nulls are skipped.
template <class Use>
bool each_number(Arguments arguments, std::string_view name, std::string& error, const Use& use) {
  return each_of(arguments, [&](const Value& value) {
    if (value.is_null()) return true;
    return value.is_number() ? use(value) : wrong_kind(value, name, error);
  });
}

bool extreme(Arguments arguments, std::string_view name, int wanted, Value& result, std::string& error) {
  const Value* best = nullptr;
  const auto better = [&](const Value& value) {
    if (!value.is_int() || !best->is_int()) return compare_numbers(value, *best) == wanted;
    return wanted < 0 ? value.as_int() < best->as_int() : value.as_int() > best->as_int();
  };
  const bool ok = each_number(arguments, name, error, [&](const Value& value) {
    if (!best || better(value)) best = &value;
    return true;
  });
  if (ok) result = best ? *best : Value();
  return ok;
}

bool min(Arguments arguments, Value& result, std::string& error) {
  return extreme(arguments, "min", -1, result, error);
}

bool max(Arguments arguments, Value& result, std::string& error) {
  return extreme(arguments, "max", 1, result, error);
}

bool sum(Arguments arguments, Value& result, std::string& error) {
  Value total(0);
  const bool ok = each_number(arguments, "sum", error, [&](const Value& value) {
    return arithmetic(Node::Op::add, Value(total), value, total, error);
  });
  result = std::move(total);
  return ok;
}

bool mean(Arguments arguments, Value& result, std::string& error) {
  double total = 0;
  std::size_t count = 0;
  const bool ok = each_number(arguments, "mean", error, [&](const Value& value) {
    total += value.as_number();
    ++count;
    return true;
  });
  result = count > 0 ? Value(total / static_cast<double>(count)) : Value();
  return ok;
}

bool median(Arguments arguments, Value& result, std::string& error) {
  std::vector<const Value*> numbers;
  const bool ok = each_number(arguments, "median", error, [&](const Value& value) {
    numbers.push_back(&value);
    return true;
  });
  if (!ok) return false;
  if (numbers.empty()) {
    result = Value();
    return true;
  }
  std::sort(numbers.begin(), numbers.end(), [](const auto* a, const auto* b) { return compare_numbers(*a, *b) < 0; });
  const auto& upper = *numbers[numbers.size() / 2];
  if (numbers.size() % 2 == 1) {
    result = upper;
  } else {
    result = Value((numbers[numbers.size() / 2 - 1]->as_number() + upper.as_number()) / 2);
  }
  return true;
}

bool count(Arguments arguments, Value& result, std::string&) {
  std::int64_t counted = 0;
  each_of(arguments, [&](const Value& value) {
    if (!value.is_null()) ++counted;
    return true;
  });
  result = Value(counted);
  return true;
}

bool end_of(Arguments arguments, bool last_one, Value& result) {
  const auto pick = [&](const auto& all) -> Value {
    if (all.empty()) return {};
    if constexpr (std::is_pointer_v<std::decay_t<decltype(all[0])>>) {
      return *(last_one ? all.back() : all.front());
    } else {
      return last_one ? all.back() : all.front();
    }
  };
  result = arguments.size() == 1 && arguments[0]->is_list() ? pick(arguments[0]->as_list()) : pick(arguments);
  return true;
}

bool first(Arguments arguments, Value& result, std::string&) {
  return end_of(arguments, false, result);
}

bool last(Arguments arguments, Value& result, std::string&) {
  return end_of(arguments, true, result);
}

std::int64_t characters(std::string_view text) {
  return std::count_if(text.begin(), text.end(),
                       [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; });
}

bool len(Arguments arguments, Value& result, std::string& error) {
  const auto& value = *arguments[0];
  if (arguments.size() > 1) {
    result = Value(static_cast<std::int64_t>(arguments.size()));
  } else if (value.is_list()) {
    result = Value(static_cast<std::int64_t>(value.as_list().size()));
  } else if (value.is_object()) {
    result = Value(static_cast<std::int64_t>(value.as_object().size()));
  } else if (value.is_text()) {
    result = Value(characters(value.as_text()));
  } else if (value.is_null()) {
    result = Value();
  } else {
    return wrong_kind(value, "len", error);
  }
  return true;
}

bool to_int(double whole, std::string_view name, Value& result, std::string& error) {
  if (!(whole >= -9223372036854775808.0 && whole < 9223372036854775808.0)) {
    return fail(error, fmt::format("{} in '{}' is beyond 64 bits", whole, name));
  }
  result = Value(static_cast<std::int64_t>(whole));
  return true;
}

bool round_to(const Value& number, std::int64_t digits, Value& result) {
  const double scale = std::pow(10.0, static_cast<double>(std::abs(digits)));
  const double value = number.as_number();
  const double scaled = digits >= 0 ? value * scale : value / scale;
  if (!std::isfinite(scaled) || (number.is_int() && digits >= 0)) {
    result = number;  // it has no such digits
  } else {
    const double whole = std::round(scaled);
    result = Value(digits >= 0 ? whole / scale : whole * scale);
  }
  return true;
}

bool round(Arguments arguments, Value& result, std::string& error) {
  if (arguments.size() == 1) {
    return element_by_element(*arguments[0], "round", result, error, [](const Value& n, Value& out, std::string& why) {
      if (!n.is_int()) return to_int(std::round(n.as_number()), "round", out, why);
      out = n;
      return true;
    });
  }
  const auto& digits = *arguments[1];
  if (digits.is_null()) {
    result = Value();
    return true;
  }
  if (!digits.is_int() || digits.as_int() < -15 || digits.as_int() > 15) {
    return fail(error, fmt::format("{} as digits of 'round': -15 to 15 expected", described(digits)));
  }
  return element_by_element(*arguments[0], "round", result, error, [&](const Value& n, Value& out, std::string&) {
    return round_to(n, digits.as_int(), out);
  });
}

template <double (*Whole)(double)>
bool whole(Arguments arguments, std::string_view name, Value& result, std::string& error) {
  return element_by_element(*arguments[0], name, result, error, [&](const Value& n, Value& out, std::string& why) {
    if (!n.is_int()) return to_int(Whole(n.as_number()), name, out, why);
    out = n;
    return true;
  });
}

bool floor(Arguments arguments, Value& result, std::string& error) {
  return whole<std::floor>(arguments, "floor", result, error);
}

bool ceil(Arguments arguments, Value& result, std::string& error) {
  return whole<std::ceil>(arguments, "ceil", result, error);
}

bool abs(Arguments arguments, Value& result, std::string& error) {
  return element_by_element(*arguments[0], "abs", result, error, [](const Value& n, Value& out, std::string& why) {
    if (n.as_number() < 0) return negate(n, out, why);
    out = n;
    return true;
  });
}

bool clamp(Arguments arguments, Value& result, std::string& error) {
  const auto& low = *arguments[1];
  const auto& high = *arguments[2];
  if (low.is_null() || high.is_null()) {
    result = Value();
    return true;
  }
  if (!low.is_number()) return wrong_kind(low, "clamp", error);
  if (!high.is_number()) return wrong_kind(high, "clamp", error);
  if (compare_numbers(low, high) > 0) {
    return fail(error, fmt::format("'clamp' from {} to {}", to_json(low), to_json(high)));
  }
  return element_by_element(*arguments[0], "clamp", result, error, [&](const Value& n, Value& out, std::string&) {
    out = compare_numbers(n, low) < 0 ? low : compare_numbers(n, high) > 0 ? high : n;
    return true;
  });
}

bool text(Arguments arguments, Value& result, std::string&) {
  if (arguments[0]->is_null() || arguments[0]->is_text()) {
    result = *arguments[0];
    return true;
  }
  std::string out;
  append_text(*arguments[0], out);
  result = Value(out);
  return true;
}

bool number(Arguments arguments, Value& result, std::string&) {
  const auto& value = *arguments[0];
  if (value.is_number()) {
    result = value;
  } else if (!value.is_text()) {
    result = Value();
  } else if (const auto integer = parse_int(trim(value.as_text()))) {
    result = Value(*integer);
  } else {
    const auto parsed = parse_number(trim(value.as_text()));
    result = parsed ? Value(*parsed) : Value();
  }
  return true;
}

bool lower(Arguments arguments, Value& result, std::string& error) {
  const auto& value = *arguments[0];
  if (value.is_null()) {
    result = Value();
    return true;
  }
  if (!value.is_text()) return wrong_kind(value, "lower", error);
  std::string out(value.as_text());
  // ASCII only: what the rest of Unicode lowers to is a matter of language.
  for (auto& byte : out) byte = byte >= 'A' && byte <= 'Z' ? static_cast<char>(byte + ('a' - 'A')) : byte;
  result = Value(out);
  return true;
}

std::optional<std::int64_t> as_whole(const Value& value) {
  if (value.is_int()) return value.as_int();
  if (!value.is_number() || value.as_number() != std::trunc(value.as_number())) return std::nullopt;
  if (std::fabs(value.as_number()) >= 9223372036854775808.0) return std::nullopt;
  return static_cast<std::int64_t>(value.as_number());
}

bool bits(Arguments arguments, Value& result, std::string& error) {
  if (arguments[0]->is_null() || arguments[1]->is_null()) {
    result = Value();
    return true;
  }
  const auto mask = as_whole(*arguments[0]);
  const auto length = as_whole(*arguments[1]);
  if (!mask) return wrong_kind(*arguments[0], "bits", error);
  if (!length || *length < 0 || *length > 64) {
    return fail(error, fmt::format("{} as the number of 'bits': 0 to 64 expected", described(*arguments[1])));
  }
  Value::List list;
  for (std::int64_t i = 0; i < *length; ++i) list.emplace_back(((static_cast<std::uint64_t>(*mask) >> i) & 1U) != 0);
  result = Value(std::move(list));
  return true;
}

bool indices(Arguments arguments, Value& result, std::string& error) {
  Value::List found;
  if (arguments[0]->is_list()) {
    const auto& list = arguments[0]->as_list();
    for (std::size_t i = 0; i < list.size(); ++i) {
      if (list[i].is_null()) continue;
      if (!list[i].is_bool()) return wrong_kind(list[i], "indices", error);
      if (list[i].as_bool()) found.emplace_back(static_cast<std::int64_t>(i));
    }
  } else if (!arguments[0]->is_null()) {
    return wrong_kind(*arguments[0], "indices", error);
  }
  result = Value(std::move(found));
  return true;
}

bool exists(Arguments arguments, Value& result, std::string&) {
  result = Value(!arguments[0]->is_null());
  return true;
}

constexpr auto any_number = Function::any_number;
constexpr std::array functions{
    Function{"min", 1, any_number, min, "the least number; nulls are skipped", "min([3, null, 1]) == 1"},
    Function{"max", 1, any_number, max, "the greatest number; nulls are skipped", "max(2, 5) == 5"},
    Function{"sum", 1, any_number, sum, "the sum; 0 of none", "sum([1, 2, 3]) == 6"},
    Function{"mean", 1, any_number, mean, "the mean; null of none", "mean([1, 2]) == 1.5"},
    Function{"median", 1, any_number, median, "the middle one, or the mean of the middle two",
             "median([9, 1, 3]) == 3"},
    Function{"count", 1, any_number, count, "how many are not null", "count([1, null, 3]) == 2"},
    Function{"first", 1, any_number, first, "the first element", "first([7, 8]) == 7"},
    Function{"last", 1, any_number, last, "the last element", "last([7, 8]) == 8"},
    Function{"len", 1, any_number, len, "elements of a list, members of an object, characters of a text",
             "len('Zoë') == 3"},
    Function{"round", 1, 2, round,
             "the nearest whole number, half away from zero, as an int; with digits to so many decimals",
             "round(2.5) == 3 and round(2.347, 1) == 2.3"},
    Function{"floor", 1, 1, floor, "the whole number below", "floor(-1.5) == -2"},
    Function{"ceil", 1, 1, ceil, "the whole number above", "ceil(1.2) == 2"},
    Function{"abs", 1, 1, abs, "without its sign", "abs([-1, 2]) == [1, 2]"},
    Function{"clamp", 3, 3, clamp, "not below the second, not above the third argument", "clamp(120, 0, 100) == 100"},
    Function{"text", 1, 1, text, "as text; what is no text as JSON", "text(21.5) == '21.5'"},
    Function{"number", 1, 1, number, "a text as number; null when it is none",
             "number(' 21.5 ') == 21.5 and number('nan') == null"},
    Function{"lower", 1, 1, lower, "a text with ASCII letters in lower case", "lower('ON') == 'on'"},
    Function{"bits", 2, 2, bits, "the lowest n bits of an int as a list of bools, the lowest first",
             "bits(5, 4) == [true, false, true, false]"},
    Function{"indices", 1, 1, indices, "the places of what is true", "indices([false, true, true]) == [1, 2]"},
    Function{"exists", 1, 1, exists, "false for null, else true", "exists(0) and not exists(null)"},
    Function{"time", 1, 2, nullptr, "Unix ms of an RFC 3339 text, or of a local time of a zone; null when it is none",
             "time('1970-01-01T01:00:00', 'Europe/Berlin') == 0"},  // has a node of its own: its zone is found once
};

}  // namespace

const Function* find_function(std::string_view name) {
  const auto* const found =
      std::find_if(functions.begin(), functions.end(), [&](const Function& function) { return function.name == name; });
  return found == functions.end() ? nullptr : found;
}

std::span<const Function> all_functions() {
  return functions;
}

std::vector<std::string> function_names() {
  std::vector<std::string> names;
  for (const auto& function : functions) names.emplace_back(function.name);
  return names;
}

void append_text(const Value& value, std::string& out) {
  if (value.is_text()) {
    out += value.as_text();
  } else if (!value.is_null()) {
    write_json(value, out);
  }
}

}  // namespace sluice::mapping
