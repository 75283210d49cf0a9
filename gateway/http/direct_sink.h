#pragma once

#include "http/stream_sink.h"

namespace sluice::http {

/// Writes to the socket itself, one send() for all that is due; the library has the connection suspended throughout.
class DirectSink final : public StreamSink {
 public:
  explicit DirectSink(Counters& counters) : counters_(counters) {}

  Turn serve(StreamClient& client, std::int64_t now_ms) override;
  ssize_t read(SseClient& client, char* into, std::size_t room, std::int64_t now_ms) override;
  std::size_t block_size() const override { return 16; }

 private:
  Counters& counters_;
};

}  // namespace sluice::http
