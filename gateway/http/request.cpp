#include "http/request.h"

#include <strings.h>

namespace sluice::http {
namespace {

std::string_view first(const Pairs& pairs, std::string_view name) {
  for (const auto& [key, value] : pairs) {
    if (key == name) return value;
  }
  return {};
}

}  // namespace

std::string_view Request::header(std::string_view name) const {
  for (const auto& [key, value] : headers) {
    if (key.size() == name.size() && strncasecmp(key.data(), name.data(), name.size()) == 0) return value;
  }
  return {};
}

std::string_view Request::parameter(std::string_view name) const {
  return first(query, name);
}

std::string_view Request::path_value(std::string_view name) const {
  return first(path_values, name);
}

}  // namespace sluice::http
