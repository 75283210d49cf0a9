#include "mapping/rule_reader.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::mapping {

namespace {

bool says_reduction_of_numbers(const YamlNode& node) {
  if (node.is_scalar()) {
    const auto says = [&](std::string_view call) { return node.text.find(call) != std::string::npos; };
    return says("min(") || says("max(") || says("sum(") || says("mean(");
  }
  return std::any_of(node.children.begin(), node.children.end(), says_reduction_of_numbers);
}

}  // namespace

bool KnownNames::has(std::string_view name) const {
  return open || std::find(names.begin(), names.end(), name) != names.end();
}

void KnownNames::add(std::string_view name) {
  if (std::find(names.begin(), names.end(), name) == names.end()) names.emplace_back(name);
}

bool is_reserved(std::string_view name) {
  return name == "msg" || name == "latest" || name == "this";
}

RuleReader::RuleReader(Report& report, Scope scope) : report_(report), scope_(std::move(scope)) {
  scope_.field = [this](std::string_view name) -> Expected<void> {
    if (!known.has(name)) missing_.emplace_back(name);
    return {};
  };
}

void RuleReader::begin(std::string_view label, const YamlNode& place) {
  label_ = label;
  place_ = &place;
}

void RuleReader::tell_missing(const std::string& who) {
  std::sort(missing_.begin(), missing_.end());
  missing_.erase(std::unique(missing_.begin(), missing_.end()), missing_.end());
  for (const auto& name : missing_) {
    report_.error(*place_, who + " reads '" + name + "', which nothing provides" + did_you_mean(name, known.names));
  }
  missing_.clear();
}

template <class Compiled>
void RuleReader::look_for_lists(const Compiled& compiled) {
  if (reducible.empty()) return;
  if (compiled.reads_record()) return reducible.clear();
  for (const auto& name : compiled.fields()) {
    if (!compiled.only_reduces(name)) reads_as_is(name);
  }
}

void RuleReader::reads_as_is(std::string_view name) {
  reducible.erase(std::remove(reducible.begin(), reducible.end(), name), reducible.end());
}

bool RuleReader::is_running(std::string_view name) const {
  return std::find(scope_.running.begin(), scope_.running.end(), name) != scope_.running.end();
}

std::optional<Expression> RuleReader::expression(const YamlNode& node, std::string_view part) {
  const std::string who = part.empty() ? label_ : label_ + "." + std::string(part);
  if (!node.is_scalar()) {
    report_.error(node, who + " is " + shown(node) + ", expected an expression");
    return std::nullopt;
  }
  if (!node.text.empty() && node.text.front() == '=') {
    report_.error(node, who + " is always an expression: write it without '='");
    return std::nullopt;
  }
  auto compiled = Expression::compile(node.text, scope_);
  tell_missing(who);
  if (compiled) {
    look_for_lists(*compiled);
    reduces_numbers = reduces_numbers || says_reduction_of_numbers(node);
    return std::move(*compiled);
  }
  report_.error(node, compiled.error().message);
  return std::nullopt;
}

std::optional<Template> RuleReader::value(const YamlNode& node, std::string_view part) {
  auto compiled = Template::compile(node, report_.file(), scope_);
  tell_missing(part.empty() ? label_ : label_ + "." + std::string(part));
  if (compiled) {
    look_for_lists(*compiled);
    reduces_numbers = reduces_numbers || says_reduction_of_numbers(node);
    return std::move(*compiled);
  }
  report_.add(compiled.error());
  return std::nullopt;
}

std::vector<std::string> RuleReader::key_names(const YamlNode& node) {
  auto names = report_.texts(node, "key");
  for (const auto& name : names) {
    reads_as_is(name);
    if (known.has(name)) continue;
    report_.error(node,
                  "key names '" + excerpt(name, 60) + "', which nothing provides" + did_you_mean(name, known.names));
  }
  return names;
}

std::vector<std::string> RuleReader::key_of(const YamlNode& body) {
  const YamlNode* own = body.is_map() ? body.find("key") : nullptr;
  return own == nullptr ? key : key_names(*own);
}

void RuleReader::provide(std::string_view name, const YamlNode& place) {
  if (is_reserved(name)) {
    report_.error(place, "'" + std::string(name) + "' is a reserved name, choose another");
  } else if (scope_.constants != nullptr && scope_.constants->find(name) != nullptr) {
    report_.error(place, "'" + std::string(name) + "' is a constant too, choose another name for one of them");
  }
  known.add(name);
  provided.emplace_back(name);
  reads_as_is(name);
}

bool RuleReader::require(std::string_view name, const std::string& who) {
  reads_as_is(name);
  if (known.has(name)) return true;
  report_.error(*place_,
                who + " reads '" + std::string(name) + "', which nothing provides" + did_you_mean(name, known.names));
  return false;
}

}  // namespace sluice::mapping
