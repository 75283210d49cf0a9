#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <vector>

#include "http/counters.h"
#include "http/server_options.h"
#include "http/sse_client.h"
#include "http/stream_sink.h"
#include "stream/feed.h"

namespace sluice::http {

/// The stream clients of one shard, from the accepted request to the closed socket.
///
/// Threads: the shard's, all of it. Time is monotonic milliseconds; begin_round() says it.
/// Order in a round: begin_round, events and the library's callbacks, serve, settle, the library again while
/// take_resumed, bury. A client is freed in bury() only, so that whatever named it earlier in the round may look at it.
class SseClients {
 public:
  /// `epoll` is the shard's; a client's events carry its pointer. `in_all` counts over all shards.
  SseClients(stream::Feed& feed, StreamSink& sink, int epoll, const ServerLimits& limits, Counters& counters,
             std::atomic<std::size_t>& in_all);
  ~SseClients();

  void begin_round(std::int64_t now_ms) { now_ms_ = now_ms; }

  /// A new client of that connection; null at the limit of clients in all. The caller hands it to the library as the
  /// request's Exchange.
  SseClient* open(const stream::Request& request, MHD_Connection* connection);
  /// The library wants bytes of the body.
  ssize_t read(SseClient& client, char* into, std::size_t room);
  /// The shard's epoll says something of the socket.
  void on_event(SseClient& client, std::uint32_t events);
  /// Something is due for these.
  void serve(std::span<stream::Cursor* const> cursors);
  /// Something is due for these, and the next settle() shall see to it.
  void queue(std::span<stream::Cursor* const> cursors);
  /// Serves new clients and those left with bytes due.
  void settle();
  /// Ends clients that have waited for their socket too long.
  void sweep();
  /// Shuts all down, sent or not.
  void end_all();
  /// The library is through with the client.
  void forget(SseClient& client);
  void bury();

  /// True when a connection was resumed since the last call: the library must run.
  bool take_resumed();
  bool resumed() const { return resumed_; }
  /// True when settle() has more to do at once.
  bool busy() const { return !queued_.empty() || !fresh_.empty(); }
  std::size_t size() const { return all_.size(); }
  std::size_t block_size() const { return sink_.block_size(); }
  /// True while some client waits for its socket: sweep() about once a second.
  bool waiting() const { return longest_ != nullptr; }

 private:
  bool hand_over(SseClient& client);
  void serve(SseClient& client);
  void queue(SseClient& client);
  void finish(SseClient& client);
  void wait_for_socket(SseClient& client);
  void stop_waiting(SseClient& client);

  stream::Feed& feed_;
  StreamSink& sink_;
  const int epoll_;
  const milliseconds stalled_;
  const std::size_t most_;
  Counters& counters_;
  std::atomic<std::size_t>& in_all_;
  std::int64_t now_ms_ = 0;
  bool resumed_ = false;
  SseClient* longest_ = nullptr;  // waits for its socket longest
  SseClient* newest_ = nullptr;
  std::vector<SseClient*> all_;  // unordered; a client knows its index
  std::vector<SseClient*> fresh_;
  std::vector<SseClient*> queued_;
  std::vector<SseClient*> turn_;  // scratch of settle()
  std::vector<std::unique_ptr<SseClient>> graves_;
};

}  // namespace sluice::http
