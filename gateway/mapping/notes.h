#pragma once

#include "mapping/event_table.h"
#include "mapping/mapping_file.h"

namespace sluice::mapping {

/// Appends what in the file is no error but worth a look; each message starts with "note: ".
void add_notes(const MappingFile& file, const EventTable& events, Errors& notes);

}  // namespace sluice::mapping
