#pragma once

#include <functional>

#include "base/clock.h"
#include "message/message.h"

namespace sluice::message {

/// Where messages come from: a broker, a capture, a test.
///
/// Threads: all from the pipeline thread, but wake() from any.
/// Order: messages of one topic in the broker's order; none is handed out again after acknowledge() unless the broker
/// sends it again.
class MessageSource {
 public:
  /// What became of the connection since the last call.
  struct Link {
    bool connected = false;
    Timestamp since{};
    /// The broker did not keep the session that was expected: messages may be missing (a `gap` of reason `source`).
    bool session_lost = false;
  };
  using Receive = std::function<void(Message&&)>;

  virtual ~MessageSource() = default;

  /// Waits until messages are here, wake() is called or `timeout` is over, then hands out what is here, at most a
  /// batch. Keeps the connection alive meanwhile; reconnects by itself.
  virtual void poll(milliseconds timeout, const Receive& receive) = 0;
  /// Lets the acknowledgements of everything handed out so far leave: call it after the commit that holds the results.
  virtual void acknowledge() = 0;
  /// Ends a poll() that waits.
  virtual void wake() = 0;
  /// The connection's state now; `session_lost` is told once.
  virtual Link link() = 0;
};

}  // namespace sluice::message
