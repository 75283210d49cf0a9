#pragma once

#include "mapping/event_table.h"
#include "mapping/mapping_file.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// Appends what in the file is no error but worth a look; each message starts with "note: ".
void add_notes(const MappingFile& file, const EventTable& events, const std::vector<RuleDraft>& drafts, Errors& notes);

}  // namespace sluice::mapping
