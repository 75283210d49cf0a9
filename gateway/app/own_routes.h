#pragma once

#include <vector>

#include "app/gauges.h"
#include "http/route.h"

namespace sluice::app {

/// What the gateway says of itself: `/livez /readyz /metrics /api/status /mappings /mappings/errors`, and the contract
/// of its mappings: `/schema/ts` and so on. What `gauges` refers to must outlive the server.
std::vector<http::PlainRoute> own_routes(const Gauges& gauges);

}  // namespace sluice::app
