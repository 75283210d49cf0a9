#include "cli/serve_flags.h"

#include <filesystem>

namespace sluice::cli {
namespace {

constexpr const char* default_file = "sluice.yaml";

}  // namespace

Expected<app::Config, Errors> configuration(const ServeFlags& flags) {
  Expected<app::Config, Errors> config;
  if (!flags.config.empty() || std::filesystem::exists(default_file)) {
    config = app::load_config(flags.config.empty() ? default_file : flags.config);
    if (!config) return config;
  }
  if (flags.mqtt) {
    if (const auto set = config->mqtt.set_url(*flags.mqtt); !set) {
      return tl::unexpected(Errors{{"--mqtt", set.error().message}});
    }
  }
  if (flags.listen) config->http.listen = *flags.listen;
  if (flags.mappings) config->mappings = *flags.mappings;
  if (flags.web_root) config->http.web_root = *flags.web_root;
  return config;
}

}  // namespace sluice::cli
