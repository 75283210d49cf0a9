#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/event_table.h"
#include "mapping/mapping_file.h"
#include "message/topic_filter.h"

namespace sluice::mapping {

/// A rule's wiring, known before its steps are read: where its records come from, what it emits, its key.
struct RuleDraft {
  MappingFile* file = nullptr;
  const YamlNode* node = nullptr;
  std::vector<message::TopicFilter> topics;
  std::vector<const YamlNode*> topic_nodes;
  DeclaredEvent* from = nullptr;
  struct Emitted {
    DeclaredEvent* event = nullptr;
    const YamlNode* node = nullptr;
    std::optional<std::vector<std::string>> key;  // where it differs from the rule's
  };
  std::vector<Emitted> emits;
  std::optional<std::vector<std::string>> own_key;
  std::vector<std::string> key;  // own, or the placeholders, or that of the event it reads
  bool reads_message = false;    // this rule or one after it says `msg.payload`
};

/// Reads the wiring of a rule. What is wrong is reported; the draft holds what is right.
RuleDraft read_draft(const YamlNode& node, MappingFile& file, EventTable& events);

/// Settles what rules hand on to each other: keys of rules and of events, and which rules need the message.
/// False when rules `from:` each other form a circle, or a chain above `max_hops`; then it is reported.
bool settle(std::vector<RuleDraft>& drafts, int max_hops);

}  // namespace sluice::mapping
