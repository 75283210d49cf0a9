#pragma once

#include <memory>
#include <vector>

#include "app/pipeline.h"
#include "auth/gate.h"
#include "http/route.h"
#include "mapping/mapping_set.h"

namespace sluice::app {

/// One `POST` route per command of the mappings (mapping-language "commands"): checks the body, has the pipeline send
/// it, and answers when the broker (202) or the device (200) has. A command with `access` asks `gate` first. The routes
/// keep the set; `pipeline` and `gate` must outlive them.
std::vector<http::CommandRoute> command_routes(const std::shared_ptr<const mapping::MappingSet>& mappings,
                                               Pipeline& pipeline, auth::Gate* gate);

}  // namespace sluice::app
