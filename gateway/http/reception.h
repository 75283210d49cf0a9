#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <random>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "http/browser_rules.h"
#include "http/client_quota.h"
#include "http/connections.h"
#include "http/counters.h"
#include "http/held_polls.h"
#include "http/mailbox.h"
#include "http/plain_exchange.h"
#include "http/route_source.h"
#include "http/server_options.h"
#include "http/static_files.h"
#include "http/stream_clients.h"
#include "http/trusted_proxies.h"
#include "stream/hub.h"

struct MHD_Connection;

namespace sluice::http {

/// Takes each request of a shard from its first line to its answer, or to the stream that it becomes.
///
/// Threads: the shard's, all of it.
class Reception {
 public:
  /// What it works with; all outlive it.
  struct Parts {
    const ServerOptions& options;
    const stream::Hub& hub;
    const RouteSource& routes;
    const StaticFiles& files;
    const BrowserRules& browsers;
    const TrustedProxies& proxies;
    bool loopback = false;  // nobody but this machine reaches it
    ClientQuota& quota;
    int epoll = -1;  // the shard's
    StreamClients& clients;
    Connections& connections;
    Counters& counters;
    std::shared_ptr<Mailbox> mailbox;
  };
  explicit Reception(Parts parts);
  ~Reception();

  void begin_round(std::int64_t now_ms) { now_ms_ = now_ms; }

  // What the library calls, in this order.

  void connected(Connection& connection);
  /// A request line came; the pointer belongs to the request from here on.
  Exchange* begin(const char* target);
  /// The head is there, then pieces of a body, then its end (a call without bytes); once more after a suspension. False
  /// closes the connection. `exchange` may become another one.
  bool receive(MHD_Connection* connection, Connection& transport, const char* method, const char* version,
               std::string_view piece, Exchange*& exchange);
  /// The request is over; the exchange is freed, a StreamClient at the end of the round.
  void completed(Exchange* exchange, Connection* transport);
  void disconnected(Connection& connection);

  // What the shard calls.

  /// Hands out the answers that came for commands.
  void deliver(std::vector<Mailbox::Letter> letters);
  /// Answers the polls for which something came, or whose time is over.
  void answer_polls();
  /// The polls that wait. (What the shard tells them becomes an answer in answer_polls().)
  HeldPolls& polls() { return polls_; }
  const HeldPolls& polls() const { return polls_; }
  /// New streams are turned away, polls not held, and connections not kept, from here on.
  void drain();
  /// Answers all commands still open with 503, and all polls.
  void give_up();
  /// Requests that wait for their answer.
  std::size_t running() const { return running_.size() + polls_.size(); }
  /// True when a connection was resumed since the last call: the library must run.
  bool take_resumed();

 private:
  bool on_head(MHD_Connection* connection, Connection& transport, const char* method, const char* version,
               Exchange*& exchange);
  bool dispatch(MHD_Connection* connection, Connection& transport, Exchange*& exchange);
  bool to_stream(MHD_Connection* connection, Connection& transport, Expected<stream::Request, Response> wish,
                 Exchange*& exchange);
  bool to_websocket(MHD_Connection* connection, Connection& transport, const Endpoint& endpoint, Exchange*& exchange);
  std::string accepted_id(const stream::Cursor& cursor) const;
  bool to_list(Connection& transport, const Endpoint& endpoint, PlainExchange& request);
  bool to_command(MHD_Connection* connection, Connection& transport, PlainExchange& request);
  bool run_command(MHD_Connection* connection, PlainExchange& request);
  bool hold_poll(MHD_Connection* connection, PlainExchange& request);
  bool respond(MHD_Connection* connection, PlainExchange& request, Response&& response);
  bool respond_after_body(Connection& transport, PlainExchange& request, Response&& response);
  bool reject(MHD_Connection* connection, PlainExchange& request, Response&& response);
  std::optional<Response> refuse_admin(const Request& request) const;
  void count(ClientQuota::Limit limit);
  Response stream_refused(std::optional<ClientQuota::Limit> limit);
  Response poll_refused(ClientQuota::Limit limit);
  const std::shared_ptr<const RouteTable>& table();

  Parts parts_;
  std::int64_t now_ms_ = 0;
  bool draining_ = false;
  bool given_up_ = false;
  bool resumed_ = false;
  std::uint64_t next_number_ = 1;
  std::unordered_map<std::uint64_t, PlainExchange*> running_;
  HeldPolls polls_;
  std::shared_ptr<const RouteTable> table_;
  std::pair<std::uint64_t, std::uint64_t> table_version_;
  std::minstd_rand random_;
};

}  // namespace sluice::http
