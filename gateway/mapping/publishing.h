#pragma once

#include <optional>
#include <string>
#include <vector>

#include "mapping/expression.h"
#include "mapping/rule_reader.h"
#include "message/message.h"
#include "message/topic_filter.h"

namespace sluice::mapping {

/// A `publish:` of a rule or command: the MQTT message that a record becomes.
///
/// Threads: any (immutable).
class Publishing {
 public:
  /// Reads `{topic, payload, qos, retain}`; nullopt when something is wrong, which then is reported.
  static std::optional<Publishing> read(const YamlNode& node, RuleReader& reader);

  /// The topic for these fields. Error: a value that a topic must not hold.
  Expected<std::string> topic(const Value& fields) const;
  /// The whole message. Error: as topic(), or an expression failed.
  Expected<message::Publish> make(const Environment& environment) const;

  /// The filter of all topics that it may publish to.
  const message::TopicFilter& topics() const { return topics_; }

 private:
  explicit Publishing(message::TopicFilter topics) : topics_(std::move(topics)) {}

  message::TopicFilter topics_;
  Template payload_;
  int qos_ = 0;
  bool retain_ = false;
};

/// True when some topic matches both.
bool overlap(const message::TopicFilter& a, const message::TopicFilter& b);

/// What goes out for a value: a text as it is, null as zero bytes, anything else as JSON.
std::string payload_of(const Value& value);

}  // namespace sluice::mapping
