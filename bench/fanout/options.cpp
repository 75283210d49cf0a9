#include "fanout/options.h"

#include <charconv>
#include <cstdio>
#include <cstdlib>
#include <utility>

namespace sluice::bench {
namespace {

[[noreturn]] void wrong_usage(const std::string& message, const std::map<std::string, std::string>& known) {
  std::fprintf(stderr, "%s\noptions:\n", message.c_str());
  for (const auto& [name, value] : known) std::fprintf(stderr, "  --%s (default '%s')\n", name.c_str(), value.c_str());
  std::exit(64);
}

}  // namespace

Options::Options(int argc, char** argv, std::map<std::string, std::string> defaults) : values_(std::move(defaults)) {
  for (int i = 1; i < argc; i += 2) {
    const std::string argument = argv[i];
    const auto found = argument.starts_with("--") ? values_.find(argument.substr(2)) : values_.end();
    if (found == values_.end()) wrong_usage("'" + argument + "' is no option", values_);
    if (i + 1 == argc) wrong_usage("'" + argument + "' needs a value", values_);
    found->second = argv[i + 1];
  }
}

const std::string& Options::text(const std::string& name) const {
  return values_.at(name);
}

long long Options::number(const std::string& name) const {
  const std::string& value = values_.at(name);
  long long result = 0;
  const auto [end, error] = std::from_chars(value.data(), value.data() + value.size(), result);
  if (error != std::errc{} || end != value.data() + value.size() || result < 0)
    wrong_usage("--" + name + " is '" + value + "', expected a whole number >= 0", values_);
  return result;
}

}  // namespace sluice::bench
