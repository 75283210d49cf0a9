#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/clock.h"
#include "http/browser_rules.h"
#include "stream/feed.h"

namespace sluice::auth {
class Gate;
}

namespace sluice::http {

/// What a client beyond the limit gets: a stream that ends at once and tells it to come back (a browser never comes
/// back after a 503), or the 503.
enum class Overload : std::uint8_t { retry, refuse };

/// How a stream's bytes get to the socket: written by the shard, or read by the library from the shard (slower; for
/// platforms where the first is not to be had).
enum class SinkKind : std::uint8_t { direct, reader };

/// Bounds of the HTTP side (gateway.md "Limits").
struct ServerLimits {
  std::size_t clients = 0;          // streams and held polls, in all; 0: the descriptor limit less 64
  std::size_t per_address = 0;      // of these, of one address (of IPv6 one /64); 0: any
  std::size_t per_principal = 0;    // of these, of one principal; 0: any
  std::size_t header_bytes = 3891;  // request line and headers: 3.8 KiB
  std::size_t body_bytes = std::size_t{64} << 10;
  milliseconds header_deadline{10'000};  // for a whole request head; as long again for a body
  milliseconds idle{30'000};             // a kept-alive connection without a request
  milliseconds stalled{30'000};          // a stream's client that accepts no byte; also TCP_USER_TIMEOUT
};

/// Who is asked for a role on the gateway's own routes that show its inside (gateway.md "admin routes").
enum class AdminRoutes : std::uint8_t {
  automatic,  // nobody, while nobody has a role, the address is loopback and no proxy hands on
  open,       // nobody: a listener of its own
};

/// How to serve. Every member has its default.
struct ServerOptions {
  std::string listen = "127.0.0.1:8080";  // "[::]:8080", "unix:/run/sluice.sock"; port 0: any free one
  int shards = 0;                         // 0: default_shards()
  milliseconds window{0};                 // at least this long from one pass over the clients to the next
  bool compression = false;               // of streams, for clients that take gzip or zstd
  ServerLimits limits;
  Overload overload = Overload::retry;
#ifdef SLUICE_READER_SINK
  SinkKind sink = SinkKind::reader;
#else
  SinkKind sink = SinkKind::direct;
#endif
  BrowserOptions browsers;
  std::vector<std::string> trusted_proxies;  // addresses, prefixes, "unix"
  AdminRoutes admin_routes = AdminRoutes::automatic;
  auth::Gate* gate = nullptr;  // who may; null: nobody has a role. Outlives the server
  std::string web_root;        // a folder laid out like web/, served instead of the embedded files; "": embedded
  stream::FeedOptions feed;    // a seed of 0: drawn
};

/// 1 with up to two cores, else half of them, at most 8.
int default_shards();

}  // namespace sluice::http
