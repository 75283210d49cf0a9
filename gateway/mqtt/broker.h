#pragma once

#include <string>
#include <vector>

#include "message/message_sink.h"
#include "message/message_source.h"
#include "mqtt/mqtt_stats.h"

namespace sluice::mqtt {

/// The gateway's broker, or what stands in for one.
///
/// Threads: as MessageSource and MessageSink; stats() and status() from any.
class Broker : public message::MessageSource, public message::MessageSink {
 public:
  /// Sets what to subscribe to; what was subscribed and is not among `filters` ends.
  /// `filters`: plain (+ and #), each once, none covering another.
  virtual void subscribe(std::vector<std::string> filters) = 0;
  virtual const MqttStats& stats() const = 0;
  virtual MqttStatus status() const = 0;
};

}  // namespace sluice::mqtt
