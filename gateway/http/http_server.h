#pragma once

#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/expected.h"
#include "http/route.h"
#include "http/server_options.h"
#include "http/server_stats.h"
#include "stream/hub.h"

namespace sluice::http {

/// The gateway's front door: one port, served by shards that share only it and the hub.
///
/// The hub's streams are served at `/streams/<name>` and their declared path, over SSE and, where a request asks for
/// the upgrade, over WebSocket; polls and histories beside them. A new declaration of the hub counts from the next
/// request on. The files of web/ are served at `/`.
///
/// Threads: any; the hub must outlive it. start() raises the process' soft descriptor limit to the hard one.
class HttpServer {
 public:
  /// Listening when it returns. Error: an address that cannot be read or bound, a client limit above the descriptor
  /// limit less 64, a web root that is no folder,
  /// a trusted proxy that is no address.
  static Expected<std::unique_ptr<HttpServer>> start(ServerOptions options, stream::Hub& hub, Routes routes);
  /// stop().
  ~HttpServer();

  std::uint16_t port() const;
  /// "http://127.0.0.1:8080"
  std::string url() const;

  /// From the next request on.
  void set_routes(Routes routes);

  /// Rights may have changed: clients of streams with `access` are ended cleanly, and come back. Returns at once.
  void recheck();
  /// Takes no more connections; each client gets complete events, a `retry:` of 5 to 15 s, and a clean end. Returns at
  /// once.
  void drain();
  /// True once drain() has ended every client and every command is answered; waits for it up to `patience`.
  bool wait_drained(milliseconds patience);
  /// Ends what is left, at once, and joins the shards.
  void stop();

  ServerStats stats() const;

 private:
  HttpServer();
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace sluice::http
