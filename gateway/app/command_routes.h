#pragma once

#include <vector>

#include "app/pipeline.h"
#include "auth/gate.h"
#include "http/route.h"
#include "mapping/command.h"

namespace sluice::app {

/// One `POST` route per command of the mappings (mapping-language "commands"): checks the body, has the pipeline send
/// it, and answers when the broker (202) or the device (200) has. A command with `access` asks `gate` first.
/// `commands`, `pipeline` and `gate` must outlive the routes.
std::vector<http::CommandRoute> command_routes(const std::vector<mapping::Command>& commands, Pipeline& pipeline,
                                               auth::Gate* gate);

}  // namespace sluice::app
