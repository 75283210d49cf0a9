#pragma once

#include <string_view>
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
/// Order: times never go back. A device begins switched on; connected() comes after identity(), and again after each
/// loss of its link.
class Device {
 public:
  virtual ~Device() = default;

  /// Who it is at the broker, asked anew for each link.
  virtual message::Connection::Identity identity() = 0;
  /// The link came up: what is retained is published anew.
  virtual void connected(Timestamp now, Publishes& out) = 0;
  virtual void receive(const message::Message& message, Timestamp now, Publishes& out) = 0;
  /// Goes on to `now`.
  virtual void step(Timestamp now, Publishes& out) = 0;
  /// When it wants the next step().
  virtual Timestamp next_step() const = 0;
  /// Power is back after a while without: only what it keeps in its flash is left.
  virtual void boot(Timestamp now) = 0;
  /// Something breaks, until then; `fault` is one of its kind's.
  virtual void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) = 0;
};

}  // namespace sluice::simulator
