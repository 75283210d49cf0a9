#pragma once

#include <string>

#include "base/clock.h"
#include "mqtt/broker.h"

namespace sluice::app {

/// What a gateway takes its messages from instead of a broker: a capture that is replayed, devices that are simulated.
/// Everything it refers to outlives the gateway.
struct BrokerStandIn {
  mqtt::Broker& broker;
  const Clock& clock;      // the time of the messages
  std::string epoch = "";  // of the log, so that ids are the same in each run; "": a new one
};

}  // namespace sluice::app
