#pragma once

#include <string>

#include "base/clock.h"

namespace sluice::message {

/// One MQTT application message (MQTT 5, 3.3), as received.
struct Message {
  std::string topic;    // a valid topic name
  std::string payload;  // any bytes
  Timestamp time{};     // the message clock at receipt
  int qos = 0;
  /// True exactly for what the broker had stored when the subscription was made.
  bool retain = false;
};

/// One message to send to the broker.
struct Publish {
  std::string topic;
  std::string payload;
  int qos = 0;
  bool retain = false;

  friend bool operator==(const Publish&, const Publish&) = default;
};

}  // namespace sluice::message
