#include "mapping/route.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace sluice::mapping {
namespace {

/// What the gateway serves itself (the pages of dashboards are checked where they are known).
constexpr std::array own_routes = {"/",        "/client.js",  "/login",    "/logout",   "/ticket",  "/livez", "/readyz",
                                   "/metrics", "/api/status", "/captures", "/mappings", "/streams", "/schema"};
constexpr std::array own_trees = {"/streams/", "/mappings/", "/schema/", "/captures/"};

bool is_placeholder(std::string_view level) {
  return level.size() > 2 && level.front() == '{' && level.back() == '}';
}

int hex_digit(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

std::string percent_decoded(std::string_view text) {
  std::string decoded;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '%' && i + 2 < text.size() && hex_digit(text[i + 1]) >= 0 && hex_digit(text[i + 2]) >= 0) {
      decoded.push_back(static_cast<char>(hex_digit(text[i + 1]) * 16 + hex_digit(text[i + 2])));
      i += 2;
    } else {
      decoded.push_back(text[i]);
    }
  }
  return decoded;
}

/// Error text for a route, or "".
std::string fault(std::string_view route) {
  if (route.empty() || route.front() != '/') return "expected a route that starts with '/'";
  if (std::find(own_routes.begin(), own_routes.end(), route) != own_routes.end()) return "is the gateway's own route";
  for (const std::string_view tree : own_trees) {
    if (route.substr(0, tree.size()) == tree) return "is the gateway's own route";
  }
  std::vector<std::string> seen;
  for (const auto level : split(route.substr(1), '/')) {
    if (level.empty()) return "has an empty level";
    if (level.find_first_of("?#% ") != std::string_view::npos) return "must not hold '?', '#', '%' or a space";
    const bool braces = level.find_first_of("{}") != std::string_view::npos;
    if (braces && !is_placeholder(level)) return "{name} must fill a whole level";
    if (!braces) continue;
    if (std::find(seen.begin(), seen.end(), level) != seen.end()) return "names " + std::string(level) + " twice";
    seen.emplace_back(level);
  }
  return {};
}

}  // namespace

std::optional<std::string> read_route(const YamlNode& node, std::string_view field, Report& report) {
  const auto text = report.text(node, field);
  if (!text) return std::nullopt;
  const auto wrong = fault(*text);
  if (wrong.empty()) return text;
  report.error(node, std::string(field) + " '" + excerpt(*text, 60) + "': " + wrong);
  return std::nullopt;
}

std::vector<std::string> route_placeholders(std::string_view route) {
  std::vector<std::string> names;
  for (const auto level : split(route, '/')) {
    if (is_placeholder(level)) names.emplace_back(level.substr(1, level.size() - 2));
  }
  return names;
}

std::string route_shape(std::string_view route) {
  std::string shape;
  for (const auto level : split(route, '/')) {
    shape += is_placeholder(level) ? std::string_view("{}") : level;
    shape += '/';
  }
  return shape;
}

std::optional<std::vector<std::pair<std::string, std::string>>> match_route(std::string_view route,
                                                                            std::string_view path) {
  const auto wanted = split(route, '/');
  const auto given = split(path, '/');
  if (wanted.size() != given.size()) return std::nullopt;
  std::vector<std::pair<std::string, std::string>> values;
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    if (is_placeholder(wanted[i])) {
      values.emplace_back(wanted[i].substr(1, wanted[i].size() - 2), percent_decoded(given[i]));
    } else if (wanted[i] != given[i]) {
      return std::nullopt;
    }
  }
  return values;
}

}  // namespace sluice::mapping
