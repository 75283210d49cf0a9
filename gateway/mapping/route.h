#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/report.h"

namespace sluice::mapping {

/// Reads a route that a file declares: `/desks/{desk}/events`. Reported: one without a leading '/', with an empty
/// level, or one of the gateway's own.
std::optional<std::string> read_route(const YamlNode& node, std::string_view field, Report& report);

/// The names of its placeholders, in order.
std::vector<std::string> route_placeholders(std::string_view route);

/// The route with every placeholder as `{}`: equal for routes that no request can tell apart.
std::string route_shape(std::string_view route);

/// The placeholders' values, percent-decoded, when `path` is a request for this route.
std::optional<std::vector<std::pair<std::string, std::string>>> match_route(std::string_view route,
                                                                            std::string_view path);

}  // namespace sluice::mapping
