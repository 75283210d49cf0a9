#pragma once

#include <optional>

#include "event/stream_spec.h"
#include "mapping/mapping_file.h"
#include "mapping/rule_loader.h"

namespace sluice::mapping {

/// The streams of a file as its `streams:` says; without that section the one default stream of all its events.
std::vector<event::StreamSpec> read_streams(MappingFile& file, const LoadScope& load);

/// A copy of `node` with `${VAR}` and `${VAR:-default}` filled in.
YamlNode expanded(const YamlNode& node, const LoadScope& load, Report& report);

}  // namespace sluice::mapping
