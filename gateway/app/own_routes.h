#pragma once

#include <vector>

#include "app/gauges.h"
#include "http/route.h"
#include "mapping/mapping_set.h"

namespace sluice::app {

/// What the gateway says of itself: `/livez /readyz /metrics /api/status /mappings /mappings/errors`, and the contract
/// of the mappings `contracted`: `/schema/ts` and so on. What `gauges` refers to must outlive the server.
std::vector<http::PlainRoute> own_routes(const Gauges& gauges, const mapping::MappingSet& contracted);

}  // namespace sluice::app
