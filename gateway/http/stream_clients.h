#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <string_view>
#include <vector>

#include "http/counters.h"
#include "http/direct_sink.h"
#include "http/server_options.h"
#include "http/sse_client.h"
#include "http/stream_sink.h"
#include "http/websocket_client.h"
#include "stream/deadlines.h"
#include "stream/feed.h"

namespace sluice::http {

/// The stream clients of one shard, from the accepted request to the closed socket.
///
/// Threads: the shard's, all of it. Time is monotonic milliseconds; begin_round() says it.
/// Order in a round: begin_round, events and the library's callbacks, serve, settle, the library again while
/// take_resumed, bury. A client is freed in bury() only, so that whatever named it earlier in the round may look at it.
class StreamClients {
 public:
  /// `epoll` is the shard's; a client's events carry the pointer of its Exchange.
  StreamClients(stream::Feed& feed, StreamSink& sink, int epoll, const ServerLimits& limits, Counters& counters);
  ~StreamClients();

  void begin_round(std::int64_t now_ms) { now_ms_ = now_ms; }

  /// A new client of that connection. The caller hands it to the library as the request's Exchange.
  SseClient* open(const stream::Request& request, MHD_Connection* connection, ClientPlace place);
  /// The same over a WebSocket: a request of that form.
  WebSocketClient* open_websocket(const stream::Request& request, MHD_Connection* connection, ClientPlace place);
  /// The library wants bytes of the body.
  ssize_t read(SseClient& client, char* into, std::size_t room);
  /// The library has sent its answer to the handshake, read `early` after it, and hands the socket over.
  void upgraded(WebSocketClient& client, MHD_UpgradeResponseHandle* handle, std::string_view early);
  /// The shard's epoll says something of the socket.
  void on_event(StreamClient& client, std::uint32_t events);
  /// Something is due for these.
  void serve(std::span<stream::Cursor* const> cursors);
  /// Something is due for these, and the next settle() shall see to it.
  void queue(std::span<stream::Cursor* const> cursors);
  /// Serves new clients and those left with bytes due.
  void settle();
  /// Ends clients that have waited for their socket too long.
  void sweep();
  /// Sees to WebSockets whose time has come: a ping, an end. Call at next_deadline().
  void tick();
  /// INT64_MAX when never.
  std::int64_t next_deadline() const { return deadlines_.next(); }
  /// Shuts all down, sent or not.
  void end_all();
  /// The library is through with the client.
  void forget(StreamClient& client);
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
  void add(StreamClient& client, ClientPlace place, StreamSink& sink, MHD_Connection* connection);
  bool hand_over(StreamClient& client);
  void answer(StreamClient& client, StreamClient::Heard heard);
  void serve(StreamClient& client);
  void queue(StreamClient& client);
  void finish(StreamClient& client);
  void wait_for_socket(StreamClient& client);
  void stop_waiting(StreamClient& client);

  stream::Feed& feed_;
  StreamSink& sink_;
  DirectSink websocket_sink_;
  const int epoll_;
  const milliseconds stalled_;
  Counters& counters_;
  std::int64_t now_ms_ = 0;
  bool resumed_ = false;
  StreamClient* longest_ = nullptr;  // waits for its socket longest
  StreamClient* newest_ = nullptr;
  std::vector<StreamClient*> all_;  // unordered; a client knows its index
  std::vector<StreamClient*> fresh_;
  std::vector<StreamClient*> queued_;
  std::vector<StreamClient*> turn_;  // scratch of settle()
  stream::Deadlines deadlines_;      // of WebSockets
  std::vector<std::unique_ptr<StreamClient>> graves_;
};

}  // namespace sluice::http
