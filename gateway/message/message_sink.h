#pragma once

#include <functional>

#include "base/expected.h"
#include "message/message.h"

namespace sluice::message {

/// Where messages go: the broker.
///
/// Threads: the pipeline thread; `done` is called there too.
class MessageSink {
 public:
  /// Called once: without error when the broker has acknowledged (QoS 0: when it was written).
  using Done = std::function<void(Expected<void>)>;

  virtual ~MessageSink() = default;

  /// Sends `publish`. Nothing is queued while the broker is away: `done` then gets the error at once. No
  /// acknowledgement within 5 s is an error too.
  virtual void send(const Publish& publish, Done done) = 0;
};

}  // namespace sluice::message
