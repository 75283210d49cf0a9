#pragma once

#include <vector>

#include "mapping/event_table.h"
#include "mapping/mapping_file.h"
#include "mapping/mapping_set.h"
#include "mapping/rule.h"
#include "mapping/rule_draft.h"

namespace sluice::mapping {

/// What of a set is known once all its files are compiled: who reads which event.
struct Readers {
  const CompiledRules& rules;
  const std::vector<event::StreamSpec>& streams;
  const std::vector<Command>& commands;
};

/// Appends what in the file is no error but worth a look; each message starts with "note: ".
void add_notes(const MappingFile& file, const EventTable& events, const std::vector<RuleDraft>& drafts,
               const Readers& readers, Errors& notes);

/// Notes that the rules with `codec: sparkplug` do not hear all of a node's messages: then its births or a gap in its
/// sequence would be missed.
void note_unheard_births(const std::vector<RuleDraft>& drafts, Errors& notes);

}  // namespace sluice::mapping
