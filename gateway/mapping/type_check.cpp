#include <fmt/format.h>

#include <algorithm>
#include <cmath>

#include "base/json.h"
#include "base/text.h"
#include "mapping/expression_node.h"
#include "mapping/type.h"
#include "mapping/type_notation.h"

namespace sluice::mapping {
namespace {

/// The steps from the root to what is checked: a list of frames on the call stack, so that a fit costs nothing.
struct Place {
  const Place* above = nullptr;
  std::string_view name;     // of a field
  std::size_t position = 0;  // in a list, where name is empty

  std::string text() const {
    if (!above) return "";
    auto path = above->text();
    if (name.empty()) return path + "[" + std::to_string(position) + "]";
    return path.empty() ? excerpt(name, 60) : path + "." + excerpt(name, 60);
  }
};

/// Where what does not fit is told; what fits costs a branch.
struct Check {
  bool open;
  std::string why;

  /// False, as the checks say it of what does not fit.
  bool misfit(const Place& place, std::string message) {
    const auto path = place.text();
    why = path.empty() ? std::move(message) : path + ": " + message;
    return false;
  }
};

std::string_view expected_name(Type::Kind kind) {
  switch (kind) {
    case Type::Kind::any:
      return "a value";
    case Type::Kind::enumeration:
      return "one of its values";
    case Type::Kind::list:
      return "list";
    case Type::Kind::record:
      return "object";
    default:
      return type_word(kind);
  }
}

bool wrong_kind(const Type& type, const Value& value, const Place& place, Check& check) {
  return check.misfit(place, fmt::format("{}, {} expected", described(value), expected_name(type.kind)));
}

bool is_whole(const Value& value) {
  if (value.is_int()) return true;
  const double number = value.as_number();
  return number == std::trunc(number) && number >= -9223372036854775808.0 && number < 9223372036854775808.0;
}

bool check_number(const Type& type, const Value& value, const Place& place, Check& check) {
  if (!value.is_number()) return wrong_kind(type, value, place, check);
  if (type.kind == Type::Kind::integer && !is_whole(value)) {
    return check.misfit(place, fmt::format("{} is not whole, int expected", to_json(value)));
  }
  const double number = value.as_number();
  if (type.low && number < *type.low)
    return check.misfit(place, fmt::format("{} is below {}", to_json(value), *type.low));
  if (type.high && number > *type.high)
    return check.misfit(place, fmt::format("{} is above {}", to_json(value), *type.high));
  return true;
}

bool check_text(const Type& type, const Value& value, const Place& place, Check& check) {
  if (!value.is_text()) return wrong_kind(type, value, place, check);
  if (!type.low && !type.high) return true;
  const auto text = value.as_text();
  const auto length = static_cast<double>(std::count_if(
      text.begin(), text.end(), [](char byte) { return (static_cast<unsigned char>(byte) & 0xC0) != 0x80; }));
  if (type.low && length < *type.low) {
    return check.misfit(place,
                        fmt::format("{} has {} characters, at least {} expected", described(value), length, *type.low));
  }
  if (type.high && length > *type.high) {
    return check.misfit(place,
                        fmt::format("{} has {} characters, at most {} expected", described(value), length, *type.high));
  }
  return true;
}

std::string one_of(const std::vector<std::string>& texts) {
  constexpr std::size_t most_shown = 20;
  std::string all;
  for (std::size_t i = 0; i < texts.size() && i < most_shown; ++i) {
    if (i > 0) all += i + 1 == texts.size() ? " or " : ", ";
    all += texts[i];
  }
  return texts.size() > most_shown ? all + " or others" : all;
}

bool check_enumeration(const Type& type, const Value& value, const Place& place, Check& check) {
  if (value.is_text() && std::find(type.texts.begin(), type.texts.end(), value.as_text()) != type.texts.end()) {
    return true;
  }
  return check.misfit(place, fmt::format("{}, expected {}", described(value), one_of(type.texts)));
}

bool fits(const Type& type, const Value& value, const Place& place, Check& check);

/// True for a number within its range, told without a call: most of what long lists hold.
bool fits_plainly(const Type& type, const Value& value) {
  if (type.kind == Type::Kind::number ? !value.is_number() : type.kind != Type::Kind::integer || !value.is_int()) {
    return false;
  }
  const double number = value.as_number();
  return !(type.low && number < *type.low) && !(type.high && number > *type.high);
}

bool check_list(const Type& type, const Value& value, const Place& place, Check& check) {
  if (!value.is_list()) return wrong_kind(type, value, place, check);
  Place element{&place, {}, 0};
  for (const auto& each : value.as_list()) {
    if (!fits_plainly(*type.element, each) && !fits(*type.element, each, element, check)) return false;
    ++element.position;
  }
  return true;
}

bool check_record(const Type& type, const Value& value, const Place& place, Check& check) {
  if (!value.is_object()) return wrong_kind(type, value, place, check);
  const auto& members = value.as_object();
  std::size_t found = 0;
  for (std::size_t i = 0; i < type.fields.size(); ++i) {
    const auto& field = type.fields[i];
    // Most senders keep the declared order.
    const auto* const member =
        i < members.size() && members[i].key() == field.name ? &members[i].value : value.find(field.name);
    const Place inner{&place, field.name, 0};
    if (!member) {
      if (!field.type->optional) return check.misfit(inner, "missing");
      continue;
    }
    ++found;
    if (!fits(*field.type, *member, inner, check)) return false;
  }
  if (check.open || found == members.size()) return true;
  const auto extra =
      std::find_if(members.begin(), members.end(), [&](const auto& member) { return !type.find(member.key()); });
  return extra == members.end() || check.misfit(Place{&place, extra->key(), 0}, "not declared");
}

bool fits(const Type& type, const Value& value, const Place& place, Check& check) {
  if (value.is_null() && (type.nullable || type.kind == Type::Kind::any)) return true;
  switch (type.kind) {
    case Type::Kind::any:
      return true;
    case Type::Kind::text:
      return check_text(type, value, place, check);
    case Type::Kind::integer:
    case Type::Kind::number:
      return check_number(type, value, place, check);
    case Type::Kind::boolean:
      return value.is_bool() || wrong_kind(type, value, place, check);
    case Type::Kind::object:
      return value.is_object() || wrong_kind(type, value, place, check);
    case Type::Kind::enumeration:
      return check_enumeration(type, value, place, check);
    case Type::Kind::list:
      return check_list(type, value, place, check);
    case Type::Kind::record:
      return check_record(type, value, place, check);
  }
  return true;
}

}  // namespace

std::optional<std::string> Type::misfit(const Value& value, bool open) const {
  Check check{open, {}};
  if (fits(*this, value, Place{}, check)) return std::nullopt;
  return std::move(check.why);
}

}  // namespace sluice::mapping
