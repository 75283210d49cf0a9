#pragma once

#include <map>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "mapping/codec.h"
#include "mapping/emit.h"
#include "mapping/publishing.h"
#include "mapping/stage.h"
#include "message/topic_filter.h"
#include "message/topic_tree.h"

namespace sluice::mapping {

/// A rule as compiled: a source, steps, and what it emits.
///
/// Threads: any (immutable).
struct Rule {
  std::string name;   // for logs and metrics: the file's `name:`, else its source and first event
  std::string where;  // file:line:column
  std::string file;   // its namespace: with the name what tells it from the rules of the set before or after

  // The source: topics or an event type.
  std::vector<message::TopicFilter> topics;
  std::vector<std::vector<std::string>> placeholders;  // of each topic
  std::optional<event::TypeNumber> from;
  CodecPtr codec;              // null with `sparkplug`
  bool sparkplug = false;      // its messages are read by the Mapper's SparkplugSource
  TypePtr payload;             // null: any
  bool reads_message = false;  // this rule, or one after it, reads `msg.payload`

  std::vector<std::string> key;
  std::vector<std::unique_ptr<Step>> steps;
  std::optional<milliseconds> forget;
  /// With `forget`: each key that the rule or one of its steps has, and before which step all its fields are there.
  struct Watched {
    std::vector<std::string> key;
    std::size_t before = 0;
  };
  std::vector<Watched> watched;
  std::vector<Emit> emits;
  std::optional<Publishing> publish;
};

/// All rules of a mapping set, in the order of their files and lines, and how they are found.
///
/// Threads: any (immutable).
struct CompiledRules {
  std::vector<Rule> rules;
  message::TopicTree topics;
  /// By the tree's numbers: the rule and which of its topics.
  struct Source {
    std::size_t rule = 0;
    std::size_t topic = 0;
  };
  std::vector<Source> sources;
  /// An event type of the set.
  struct EventShape {
    std::vector<std::string> key_fields;
    TypePtr type;  // null: untyped
  };
  std::map<event::TypeNumber, EventShape> events;
  std::vector<event::TypeNumber> latest;  // those read as `latest.E`
};

}  // namespace sluice::mapping
