#pragma once

#include <sys/types.h>

#include <cstddef>
#include <cstdint>
#include <memory>

#include "http/counters.h"
#include "http/server_options.h"
#include "http/sse_client.h"

namespace sluice::http {

/// The way from a cursor to its socket.
///
/// Threads: the shard's.
class StreamSink {
 public:
  virtual ~StreamSink() = default;

  enum class Turn : std::uint8_t {
    done,    // nothing is due
    handed,  // the library was resumed and reads on
    waits,   // the socket is full
    more,    // the turn is over, bytes are left
    lost,    // the peer is gone
  };
  /// Something may be due for a live client.
  virtual Turn serve(StreamClient& client, std::int64_t now_ms) = 0;
  /// The library asks for bytes of the body of a live client, for the first time when the head is in the kernel. The
  /// number of bytes, or 0 after suspending the connection.
  virtual ssize_t read(SseClient& client, char* into, std::size_t room, std::int64_t now_ms) = 0;
  /// Bytes that the library keeps per client for read().
  virtual std::size_t block_size() const = 0;
};

std::unique_ptr<StreamSink> make_sink(SinkKind kind, Counters& counters);

}  // namespace sluice::http
