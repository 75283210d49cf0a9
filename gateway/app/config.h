#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include "auth/access_options.h"
#include "base/expected.h"
#include "base/variables.h"
#include "history/event_log.h"
#include "http/server_options.h"
#include "mapping/mapping_set.h"
#include "mqtt/mqtt_options.h"

namespace sluice::app {

/// All that `sluice.yaml` and the command line say; each room's own options, with their defaults.
struct Config {
  std::string file = "sluice.yaml";  // for messages; may not exist when all defaults do
  std::string mappings = "mappings/";
  std::string zone = "UTC";
  http::ServerOptions http;
  auth::AccessOptions access;
  std::string admin_listen;  // "": the admin routes are on the main address only
  mqtt::MqttOptions mqtt;
  history::Retention history;
  mapping::Bounds bounds;
  std::map<std::string, std::string> given;  // what the file says, by path: "mqtt.url"
};

/// The names of the options in which `read` differs from what runs, as far as the file tells.
std::vector<std::string> changed_options(const Config& running, const Config& read);

/// Reads a configuration. Every key is optional; `${VAR}`, `${VAR:-default}` and `${file:name}` are filled in after
/// parsing.
///
/// Error: everything that is wrong, each with file:line:column; unknown keys with the nearest right one.
Expected<Config, Errors> parse_config(std::string_view text, const std::string& file, const Variables& variables);
/// Error: also when the file cannot be read.
Expected<Config, Errors> load_config(const std::string& file);

}  // namespace sluice::app
