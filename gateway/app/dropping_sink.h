#pragma once

#include "message/message_sink.h"

namespace sluice::app {

/// A sink for a gateway without a broker: what is sent is dropped, and whoever sends is told so.
///
/// Threads: as MessageSink.
class DroppingSink final : public message::MessageSink {
 public:
  void send(const message::Publish& /*publish*/, Done done) override {
    done(unexpected("a replay sends nothing to a broker"));
  }
};

}  // namespace sluice::app
