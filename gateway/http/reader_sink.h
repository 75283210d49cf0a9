#pragma once

#include "http/stream_sink.h"

namespace sluice::http {

/// Lets the library write: it reads from the cursor, and is resumed once a batch.
///
/// Order: a cursor's due() reaches up to the last pass and no further, so a client that is read for long does not hold
/// the others up.
class ReaderSink final : public StreamSink {
 public:
  explicit ReaderSink(Counters& counters) : counters_(counters) {}

  Turn serve(StreamClient& client, std::int64_t now_ms) override;
  ssize_t read(SseClient& client, char* into, std::size_t room, std::int64_t now_ms) override;
  std::size_t block_size() const override { return std::size_t{16} << 10; }

 private:
  Counters& counters_;
};

}  // namespace sluice::http
