#pragma once

#include <vector>

#include "mapping/command.h"
#include "mapping/mapping_file.h"
#include "mapping/rule_loader.h"

namespace sluice::mapping {

/// The commands of a file as its `commands:` says.
std::vector<Command> read_commands(MappingFile& file, const LoadScope& load);

}  // namespace sluice::mapping
