#include "http/router.h"

#include "base/text.h"

namespace sluice::http {
namespace {

bool is_placeholder(std::string_view level) {
  return level.size() > 2 && level.front() == '{' && level.back() == '}';
}

}  // namespace

Router::Router() : root_(std::make_unique<Node>()) {}
Router::~Router() = default;
Router::Router(Router&&) noexcept = default;
Router& Router::operator=(Router&&) noexcept = default;

void Router::add(std::string_view method, std::string_view pattern, int endpoint) {
  auto* node = root_.get();
  std::vector<std::string> names;
  if (pattern.size() > 1) {
    for (const auto level : split(pattern.substr(1), '/')) {
      auto& next = is_placeholder(level) ? node->placeholder : node->literals[std::string(level)];
      if (is_placeholder(level)) names.emplace_back(level.substr(1, level.size() - 2));
      if (!next) next = std::make_unique<Node>();
      node = next.get();
    }
  }
  node->by_method.try_emplace(std::string(method), Endpoint{endpoint, std::move(names)});
}

// Each node is visited at most once: it stands at one depth only.
const Router::Node* Router::find(const Node& node, const std::vector<std::string>& levels, std::size_t depth,
                                 std::vector<std::string_view>& values) {
  if (depth == levels.size()) return node.by_method.empty() ? nullptr : &node;
  if (const auto literal = node.literals.find(levels[depth]); literal != node.literals.end()) {
    if (const auto* end = find(*literal->second, levels, depth + 1, values)) return end;
  }
  if (!node.placeholder || levels[depth].empty()) return nullptr;
  values.emplace_back(levels[depth]);
  const auto* end = find(*node.placeholder, levels, depth + 1, values);
  if (!end) values.pop_back();
  return end;
}

Router::Match Router::match(std::string_view method, const std::vector<std::string>& levels) const {
  Match match;
  std::vector<std::string_view> values;
  const auto* node = find(*root_, levels, 0, values);
  if (!node) return match;
  match.found = true;
  for (const auto& [name, endpoint] : node->by_method) {
    match.allow += name + (name == "GET" ? ", HEAD, " : ", ");
  }
  match.allow += "OPTIONS";
  const auto found = node->by_method.find(method == "HEAD" ? "GET" : method);
  if (found == node->by_method.end()) return match;
  match.endpoint = found->second.number;
  for (std::size_t i = 0; i < values.size(); ++i) match.path_values.emplace_back(found->second.names[i], values[i]);
  return match;
}

}  // namespace sluice::http
