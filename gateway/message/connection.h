#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "message/message.h"

namespace sluice::message {

/// One MQTT client's link to the broker, which connects and reconnects by itself.
///
/// Threads: the one that calls its Connector's poll().
class Connection {
 public:
  struct Identity {
    std::string client_id;
    std::optional<Publish> will;             // what the broker publishes when the link breaks
    std::vector<std::string> subscriptions;  // QoS 1, anew at each connect
  };
  /// Called from the Connector's poll(); they must not end the Connection.
  struct Events {
    std::function<void()> up;
    std::function<void(const Message&)> message;
  };

  /// Breaks the link without a goodbye, so that the broker publishes the will.
  virtual ~Connection() = default;

  virtual bool is_up() const = 0;
  /// Sends; false when the link is not up or takes no more now: then the message is gone.
  virtual bool send(const Publish& publish) = 0;
};

/// Makes connections to one broker, and drives them all from one thread.
///
/// Threads: one.
class Connector {
 public:
  virtual ~Connector() = default;

  /// The Connector must outlive what it returns.
  virtual std::unique_ptr<Connection> open(Connection::Identity identity, Connection::Events events) = 0;
  /// Waits until something happened on a connection or `timeout` is over, and does what is due.
  virtual void poll(milliseconds timeout) = 0;
  /// The last thing that kept a connection from being up, in words; "" when nothing did.
  virtual std::string error() const = 0;
};

}  // namespace sluice::message
