#include "mapping/report.h"

#include <algorithm>

#include "base/text.h"
#include "base/units.h"
#include "mapping/expression.h"

namespace sluice::mapping {
namespace {

std::string join(std::initializer_list<std::string_view> names) {
  std::string text;
  for (const auto name : names) {
    if (!text.empty()) text += name == *(names.end() - 1) ? " or " : ", ";
    text += name;
  }
  return text;
}

}  // namespace

std::string shown(const YamlNode& node) {
  switch (node.kind) {
    case YamlNode::Kind::null:
      return "nothing";
    case YamlNode::Kind::scalar:
      return "'" + excerpt(node.text, 60) + "'";
    case YamlNode::Kind::list:
      return "a list";
    case YamlNode::Kind::map:
      return "a map";
  }
  return {};
}

bool Report::parts(const YamlNode& node, std::initializer_list<std::string_view> names, std::string_view of) {
  if (!node.is_map()) {
    error(node, std::string(of) + " is " + shown(node) + ", expected a map of " + join(names));
    return false;
  }
  const std::vector<std::string> known(names.begin(), names.end());
  bool all_known = true;
  for (std::size_t i = 0; i < node.children.size(); i += 2) {
    const auto& name = node.children[i];
    if (std::find(known.begin(), known.end(), name.text) != known.end()) continue;
    const auto hint = did_you_mean(name.text, known);
    error(name, "unknown field '" + excerpt(name.text, 60) + "' of " + std::string(of) +
                    (hint.empty() ? ", expected " + join(names) : hint));
    all_known = false;
  }
  return all_known;
}

std::optional<std::string> Report::text(const YamlNode& node, std::string_view what) {
  if (node.is_scalar() && !node.text.empty()) return node.text;
  error(node, std::string(what) + " is " + shown(node) + ", expected a text");
  return std::nullopt;
}

std::vector<std::string> Report::texts(const YamlNode& node, std::string_view what) {
  std::vector<std::string> result;
  if (!node.is_list()) {
    if (auto one = text(node, what)) result.push_back(*one);
    return result;
  }
  for (const auto& child : node.children) {
    if (auto one = text(child, what)) result.push_back(*one);
  }
  return result;
}

std::optional<milliseconds> Report::duration(const YamlNode& node) {
  if (!node.is_scalar()) {
    error(node, "duration is " + shown(node) + ", expected one such as 200ms, 30s or 1h");
    return std::nullopt;
  }
  const auto parsed = parse_duration(node.text);
  if (!parsed) {
    error(node, parsed.error().message);
    return std::nullopt;
  }
  if (parsed->count() > 0) return *parsed;
  error(node, "duration " + shown(node) + " is not above zero");
  return std::nullopt;
}

std::optional<std::int64_t> Report::integer(const YamlNode& node, std::string_view what, std::int64_t low,
                                            std::int64_t high) {
  const auto parsed = node.is_scalar() ? parse_int(node.text) : std::nullopt;
  if (parsed && *parsed >= low && *parsed <= high) return parsed;
  error(node, std::string(what) + " is " + shown(node) + ", expected a whole number from " + std::to_string(low) +
                  " to " + std::to_string(high));
  return std::nullopt;
}

std::optional<double> Report::number(const YamlNode& node, std::string_view what) {
  if (node.is_scalar()) {
    if (const auto value = literal(node); value.is_number()) return value.as_number();
  }
  error(node, std::string(what) + " is " + shown(node) + ", expected a number");
  return std::nullopt;
}

std::optional<bool> Report::boolean(const YamlNode& node, std::string_view what) {
  if (node.is_scalar()) {
    if (const auto value = literal(node); value.is_bool()) return value.as_bool();
  }
  error(node, std::string(what) + " is " + shown(node) + ", expected true or false");
  return std::nullopt;
}

std::optional<std::size_t> Report::one_of(const YamlNode& node, std::string_view what,
                                          std::initializer_list<std::string_view> names) {
  if (node.is_scalar()) {
    const auto found = std::find(names.begin(), names.end(), node.text);
    if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  }
  error(node, std::string(what) + " is " + shown(node) + ", expected " + join(names));
  return std::nullopt;
}

}  // namespace sluice::mapping
