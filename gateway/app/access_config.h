#pragma once

#include <string>

#include "app/config_section.h"
#include "auth/access_options.h"
#include "http/server_options.h"

namespace sluice::app {

/// Reads `access:`. Key files are relative to `folder`; they are named here and read by auth::Gate, so that no
/// configuration holds a key.
void read_access(ConfigSection section, const std::string& folder, auth::AccessOptions& access);

/// Reads `hosts:`, `cors:` and `trusted_proxies:`, keys of the top.
void read_browsers(ConfigSection& top, http::ServerOptions& http);

}  // namespace sluice::app
