#include "app/config_section.h"

#include <algorithm>

#include "base/text.h"
#include "base/units.h"

namespace sluice::app {

Errors ConfigSection::Reading::errors() const {
  auto sorted = faults;
  std::ranges::stable_sort(sorted, {}, [](const Fault& fault) { return std::pair(fault.line, fault.column); });
  Errors errors;
  for (const auto& [line, column, message] : sorted) {
    errors.push_back({file + ":" + std::to_string(line) + ":" + std::to_string(column), message});
  }
  return errors;
}

ConfigSection::ConfigSection(Reading& reading, const YamlNode* node, std::string name)
    : reading_(reading), node_(node), name_(std::move(name)) {
  if (node_ == nullptr || node_->is_null()) {
    node_ = nullptr;
  } else if (!node_->is_map()) {
    reading_.fail(*node_, (name_.empty() ? "the configuration" : "'" + name_ + "'") + " must be a map of keys");
    node_ = nullptr;
  }
}

ConfigSection::~ConfigSection() {
  if (node_ == nullptr) return;
  for (std::size_t i = 0; i + 1 < node_->children.size(); i += 2) {
    const auto& key = node_->children[i];
    if (std::ranges::find(asked_, key.text) != asked_.end()) continue;
    reading_.fail(key, "unknown key '" + path(key.text) + "'" + did_you_mean(key.text, asked_));
  }
}

ConfigSection ConfigSection::section(std::string_view key) {
  asked_.emplace_back(key);
  return {reading_, node_ == nullptr ? nullptr : node_->find(key), path(key)};
}

void ConfigSection::text(std::string_view key, std::string& target) {
  if (auto value = scalar(key, "a text")) target = std::move(*value);
}

void ConfigSection::duration(std::string_view key, milliseconds& target) {
  const auto value = scalar(key, "a duration");
  if (!value) return;
  if (const auto parsed = parse_duration(*value)) {
    target = *parsed;
  } else {
    fail(key, parsed.error().message);
  }
}

void ConfigSection::duration(std::string_view key, milliseconds& target, milliseconds low, milliseconds high) {
  auto value = target;
  duration(key, value);
  if (value >= low && value <= high) {
    target = value;
  } else if (has(key)) {
    fail(key, "'" + path(key) + "' is '" + format_duration(value) + "': from " + format_duration(low) + " to " +
                  format_duration(high) + " expected");
  }
}

void ConfigSection::flag(std::string_view key, bool& target) {
  if (const auto at = read_choice(key, {"true", "false"})) target = *at == 0;
}

void ConfigSection::written(std::string_view key,
                            const std::function<void(const std::string& text, const YamlNode& at)>& read) {
  asked_.emplace_back(key);
  const auto* value = node_ == nullptr ? nullptr : node_->find(key);
  if (value == nullptr || value->is_null()) return;
  const auto one = [&](const YamlNode& node) {
    if (node.is_scalar()) return read(node.text, node);
    reading_.fail(node, "'" + path(key) + "' must be a text or a list of texts");
  };
  if (!value->is_list()) return one(*value);
  for (const auto& element : value->children) one(element);
}

void ConfigSection::texts(std::string_view key, std::vector<std::string>& target, const Check& check) {
  written(key, [&](const std::string& text, const YamlNode& at) {
    auto filled = expand_variables(text, reading_.variables);
    const auto error = !filled ? std::optional(filled.error()) : check ? check(*filled) : std::nullopt;
    if (error) {
      reading_.fail(at, error->message);
    } else {
      target.push_back(std::move(*filled));
    }
  });
}

std::vector<std::string> ConfigSection::names() const {
  std::vector<std::string> names;
  if (node_ == nullptr) return names;
  for (std::size_t i = 0; i + 1 < node_->children.size(); i += 2) names.push_back(node_->children[i].text);
  return names;
}

void ConfigSection::parsed(std::string_view key, const Check& read) {
  const auto value = scalar(key, "a text");
  if (!value) return;
  if (const auto error = read(*value)) fail(key, error->message);
}

std::optional<std::string> ConfigSection::scalar(std::string_view key, std::string_view expected) {
  asked_.emplace_back(key);
  const auto* value = node_ == nullptr ? nullptr : node_->find(key);
  if (value == nullptr || value->is_null()) return std::nullopt;
  if (!value->is_scalar()) {
    fail(key, "'" + path(key) + "' must be " + std::string(expected));
    return std::nullopt;
  }
  auto text = expand_variables(value->text, reading_.variables);
  if (!text) {
    fail(key, text.error().message);
    return std::nullopt;
  }
  reading_.given[path(key)] = *text;
  return *text;
}

std::optional<std::uint64_t> ConfigSection::read_bytes(std::string_view key, std::string_view low,
                                                       std::string_view high) {
  const auto value = scalar(key, "a number of bytes");
  if (!value) return std::nullopt;
  const auto parsed = parse_bytes(*value);
  if (!parsed) {
    fail(key, parsed.error().message);
    return std::nullopt;
  }
  if (low.empty() || (*parsed >= *parse_bytes(low) && *parsed <= *parse_bytes(high))) return *parsed;
  fail(key, "'" + path(key) + "' is '" + excerpt(*value) + "': a size from " + std::string(low) + " to " +
                std::string(high) + " expected");
  return std::nullopt;
}

std::optional<std::int64_t> ConfigSection::read_integer(std::string_view key, std::int64_t low, std::int64_t high) {
  const auto value = scalar(key, "a number");
  if (!value) return std::nullopt;
  const auto number = parse_int(*value);
  if (number && *number >= low && *number <= high) return number;
  fail(key, "'" + path(key) + "' is '" + excerpt(*value) + "': a whole number from " + std::to_string(low) + " to " +
                std::to_string(high) + " expected");
  return std::nullopt;
}

std::optional<std::size_t> ConfigSection::read_choice(std::string_view key, const std::vector<std::string>& names) {
  const auto value = scalar(key, "a word");
  if (!value) return std::nullopt;
  const auto found = std::ranges::find(names, *value);
  if (found != names.end()) return static_cast<std::size_t>(found - names.begin());
  std::string list;
  for (const auto& name : names) list += (list.empty() ? "" : ", ") + name;
  fail(key,
       "'" + path(key) + "' is '" + excerpt(*value) + "': one of " + list + " expected" + did_you_mean(*value, names));
  return std::nullopt;
}

void ConfigSection::fail(std::string_view key, std::string message) {
  reading_.fail(*node_->find(key), std::move(message));
}

std::string ConfigSection::path(std::string_view key) const {
  return name_.empty() ? std::string(key) : name_ + "." + std::string(key);
}

}  // namespace sluice::app
