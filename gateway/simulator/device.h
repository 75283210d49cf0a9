#pragma once

#include <vector>

#include "base/clock.h"
#include "message/connection.h"
#include "message/message.h"

namespace sluice::simulator {

/// What a device publishes, in order.
using Publishes = std::vector<message::Publish>;

/// One device's firmware as a deterministic machine: it knows only the time it is told and the messages it receives.
///
/// Threads: one.
/// Order: times never go back.
class Device {
 public:
  virtual ~Device() = default;

  virtual message::Connection::Identity identity() const = 0;
  /// The link came up: what is retained is published anew.
  virtual void connected(Timestamp now, Publishes& out) = 0;
  virtual void receive(const message::Message& message, Timestamp now, Publishes& out) = 0;
  /// Goes on to `now`.
  virtual void step(Timestamp now, Publishes& out) = 0;
  /// When it wants the next step().
  virtual Timestamp next_step() const = 0;
};

}  // namespace sluice::simulator
