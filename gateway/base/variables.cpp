#include "base/variables.h"

#include <cstdlib>
#include <fstream>
#include <iterator>

namespace sluice {
namespace {

constexpr std::size_t max_file_bytes = 64 * 1024;

std::optional<std::string> read_file(const std::string& path) {
  std::ifstream in(path, std::ios::binary);
  if (!in) return std::nullopt;
  std::string text(max_file_bytes, '\0');
  in.read(text.data(), static_cast<std::streamsize>(text.size()));
  text.resize(static_cast<std::size_t>(in.gcount()));
  while (!text.empty() && (text.back() == '\n' || text.back() == '\r')) text.pop_back();
  return text;
}

}  // namespace

Variables environment_variables() {
  return [](const std::string& name) -> std::optional<std::string> {
    const char* found = std::getenv(name.c_str());
    if (found == nullptr) return std::nullopt;
    return std::string(found);
  };
}

Variables configuration_variables(std::string folder) {
  return [folder = std::move(folder), environment = environment_variables()](const std::string& name) {
    constexpr std::string_view prefix = "file:";
    if (!name.starts_with(prefix)) return environment(name);
    const auto path = name.substr(prefix.size());
    return read_file(path.starts_with('/') ? path : folder + "/" + path);
  };
}

Expected<std::string> expand_variables(std::string_view text, const Variables& variables) {
  std::string out;
  out.reserve(text.size());
  while (!text.empty()) {
    const auto dollar = text.find('$');
    out += text.substr(0, dollar);
    if (dollar == std::string_view::npos) break;
    text.remove_prefix(dollar);
    if (text.starts_with("$$")) {
      out += '$';
      text.remove_prefix(2);
      continue;
    }
    if (!text.starts_with("${")) {
      out += '$';
      text.remove_prefix(1);
      continue;
    }
    const auto close = text.find('}');
    if (close == std::string_view::npos) return unexpected("'}' expected in '" + std::string(text) + "'");
    auto name = std::string(text.substr(2, close - 2));
    text.remove_prefix(close + 1);
    std::optional<std::string> fallback;
    if (const auto at = name.find(":-"); at != std::string::npos) {
      fallback = name.substr(at + 2);
      name.resize(at);
    }
    auto found = variables(name);
    // as in a shell, `:-` also stands in for an empty value
    if (fallback && (!found || found->empty())) found = fallback;
    if (!found && name.starts_with("file:"))
      return unexpected("cannot read '" + name.substr(5) + "' of '${" + name + "}'");
    if (!found) return unexpected("variable '" + name + "' is not set: set it, or write ${" + name + ":-default}");
    out += *found;
  }
  return out;
}

}  // namespace sluice
