#pragma once

#include <optional>
#include <string>

#include "app/config.h"

namespace sluice::cli {

/// What the command line says to a command that serves, besides the configuration.
struct ServeFlags {
  std::string config;  // "": sluice.yaml where there is one
  std::optional<std::string> mqtt;
  std::optional<std::string> listen;
  std::optional<std::string> mappings;
  std::optional<std::string> web_root;
  bool verbose = false;
};

/// The configuration as the flags override it.
///
/// Error: all that is wrong in the file, or the option and what is wrong with it.
Expected<app::Config, Errors> configuration(const ServeFlags& flags);

}  // namespace sluice::cli
