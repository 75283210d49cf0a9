#pragma once

#include <string>

#include "base/clock.h"
#include "message/message_sink.h"
#include "message/message_source.h"

namespace sluice::app {

/// What a gateway takes its messages from instead of a broker: a capture that is replayed, devices that are simulated.
///
/// Threads: as MessageSource and MessageSink. Everything it refers to outlives the gateway.
struct BrokerStandIn {
  message::MessageSource& source;
  message::MessageSink& sink;
  const Clock& clock;  // the time of the messages
  std::string name;    // for the status, where the broker's address stands otherwise: "replay of plant.sluice.jsonl"
  std::string epoch = "";  // of the log, so that ids are the same in each run; "": a new one
};

}  // namespace sluice::app
