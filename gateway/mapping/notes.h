#pragma once

#include "mapping/event_table.h"
#include "mapping/mapping_file.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// Appends what in the file is no error but worth a look; each message starts with "note: ".
void add_notes(const MappingFile& file, const EventTable& events, const std::vector<RuleDraft>& drafts, Errors& notes);

/// Notes that the rules with `codec: sparkplug` do not hear all of a node's messages: then its births or a gap in its
/// sequence would be missed.
void note_unheard_births(const std::vector<RuleDraft>& drafts, Errors& notes);

}  // namespace sluice::mapping
