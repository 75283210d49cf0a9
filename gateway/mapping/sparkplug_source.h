#pragma once

#include <memory>

#include "mapping/context.h"
#include "mapping/manual.h"
#include "mapping/rule.h"

namespace sluice::mapping {

namespace sparkplug {
class Session;
}

/// What reads the messages of all rules with `codec: sparkplug` of one Mapper: their one Sparkplug session. Not a
/// Codec: it knows topics and earlier messages, and has something to say to the broker.
///
/// Threads: the pipeline thread. It may go on in another Mapper that works with the same Context.
/// Bounds: what the session keeps counts as state of the Context, and gets no more room than is left of its bound.
class SparkplugSource {
 public:
  explicit SparkplugSource(Context& context);
  ~SparkplugSource();
  SparkplugSource(const SparkplugSource&) = delete;
  SparkplugSource& operator=(const SparkplugSource&) = delete;

  /// The message's records, one a metric; to be called once a message. What the session asks of the node is published;
  /// what it finds wrong are failures of `rule`, the first that the message matches.
  Value read(const Rule& rule, const message::Message& message);

  const sparkplug::Session& session() const { return *session_; }

 private:
  Context& context_;
  std::unique_ptr<sparkplug::Session> session_;
};

/// What the reference page says of it.
extern const Manual sparkplug_manual;

}  // namespace sluice::mapping
