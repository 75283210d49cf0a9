#include "mapping/type_notation.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sluice::mapping {
namespace {

struct BuiltIn {
  std::string_view name;
  Type::Kind kind;
};
constexpr std::array built_ins{BuiltIn{"any", Type::Kind::any},      BuiltIn{"text", Type::Kind::text},
                               BuiltIn{"int", Type::Kind::integer},  BuiltIn{"number", Type::Kind::number},
                               BuiltIn{"bool", Type::Kind::boolean}, BuiltIn{"object", Type::Kind::object}};

const BuiltIn* find_built_in(std::string_view name) {
  const auto* const found =
      std::find_if(built_ins.begin(), built_ins.end(), [&](const auto& built_in) { return built_in.name == name; });
  return found == built_ins.end() ? nullptr : found;
}

std::vector<std::string_view> words(std::string_view text) {
  std::vector<std::string_view> found;
  for (const auto word : split(text, ' ')) {
    if (!trim(word).empty()) found.push_back(trim(word));
  }
  return found;
}

/// What stands after ` -- `, taken off `text`.
std::string_view take_description(std::string_view& text) {
  for (auto at = text.find("--"); at != std::string_view::npos; at = text.find("--", at + 2)) {
    const bool alone = (at == 0 || text[at - 1] == ' ') && (at + 2 == text.size() || text[at + 2] == ' ');
    if (!alone) continue;
    const auto description = trim(text.substr(at + 2));
    text = trim(text.substr(0, at));
    return description;
  }
  return {};
}

bool takes_range(Type::Kind kind) {
  return kind == Type::Kind::integer || kind == Type::Kind::number || kind == Type::Kind::text;
}

Expected<void> read_range(std::string_view word, Type& type) {
  const auto dots = word.find("..");
  const auto low = word.substr(0, dots);
  const auto high = word.substr(dots + 2);
  if (!takes_range(type.kind)) return unexpected(fmt::format("a range ('{}') belongs to int, number or text", word));
  if (!low.empty() && !(type.low = parse_number(low)))
    return unexpected(fmt::format("'{}' is no number in '{}'", low, word));
  if (!high.empty() && !(type.high = parse_number(high))) {
    return unexpected(fmt::format("'{}' is no number in '{}'", high, word));
  }
  if (type.low && type.high && *type.low > *type.high) return unexpected(fmt::format("range '{}' is empty", word));
  if (low.empty() && high.empty()) return unexpected("range '..' has no bound");
  return {};
}

bool looks_like_number(std::string_view word) {
  return !word.empty() && ((word[0] >= '0' && word[0] <= '9') || word[0] == '-' || word[0] == '.');
}

/// What follows the name: `[range] [unit]`.
Expected<void> read_rest(std::span<const std::string_view> rest, Type& type) {
  bool unit = false;
  bool range = false;
  for (const auto word : rest) {
    if (word == "optional") return unexpected("'optional' stands before the type");
    if (word.find("..") != std::string_view::npos) {
      if (range || unit) return unexpected(fmt::format("the range '{}' stands right after the type", word));
      range = true;
      type.name.clear();
      type.low = type.high = std::nullopt;
      if (auto read = read_range(word, type); !read) return read;
    } else if (!unit && looks_like_number(word)) {
      return unexpected(fmt::format("'{}' is no unit (a range is written 0..200)", word));
    } else if (unit) {
      return unexpected(
          fmt::format("'{}' is one word too many: a unit is one word, a description follows ' -- '", word));
    } else {
      unit = true;
      type.unit = std::string(word);
    }
  }
  return {};
}

Expected<Type> read_enumeration(const std::vector<std::string_view>& parts) {
  Type type;
  type.kind = Type::Kind::enumeration;
  for (const auto part : parts) {
    if (part.empty()) return unexpected("a value is missing beside '|'");
    if (words(part).size() > 1)
      return unexpected(fmt::format("'{}' is more than one word: no value of an enumeration", part));
    if (is_type_word(part))
      return unexpected(fmt::format("'{}' is a type, no value of an enumeration (one type, or '| null')", part));
    if (std::find(type.texts.begin(), type.texts.end(), part) != type.texts.end()) {
      return unexpected(fmt::format("'{}' is given twice", part));
    }
    type.texts.emplace_back(part);
  }
  return type;
}

Expected<Type> read_single(std::string_view text, const TypeLookup& lookup) {
  const auto all = words(text);
  if (all.empty()) return unexpected("a type is missing: any, text, int, number, bool, object or a name from types:");
  Type type;
  if (const auto* const built_in = find_built_in(all[0])) {
    type.kind = built_in->kind;
  } else {
    const auto named = lookup(all[0]);
    if (!named) return tl::unexpected(named.error());
    type = **named;
    type.name = std::string(all[0]);
  }
  if (auto rest = read_rest(std::span(all).subspan(1), type); !rest) return tl::unexpected(rest.error());
  return type;
}

}  // namespace

bool is_type_word(std::string_view word) {
  return find_built_in(word) != nullptr || word == "optional" || word == "null";
}

std::string_view type_word(Type::Kind kind) {
  const auto* const found = std::ranges::find(built_ins, kind, &BuiltIn::kind);
  return found == built_ins.end() ? "" : found->name;
}

Expected<Type> parse_type_text(std::string_view text, const TypeLookup& lookup) {
  text = trim(text);
  const auto description = take_description(text);
  const bool optional = text == "optional" || text.starts_with("optional ");
  if (optional) text = trim(text.substr(std::string_view("optional").size()));
  std::vector<std::string_view> parts;
  for (const auto part : split(text, '|')) parts.push_back(trim(part));
  const bool nullable = parts.size() > 1 && parts.back() == "null";
  if (nullable) parts.pop_back();

  auto type = parts.size() > 1 ? read_enumeration(parts) : read_single(parts[0], lookup);
  if (!type) return type;
  type->optional = optional;
  type->nullable = type->nullable || nullable;
  if (!description.empty()) type->description = std::string(description);
  return type;
}

}  // namespace sluice::mapping
