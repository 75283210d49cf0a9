#pragma once

#include <gtest/gtest.h>

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "event/event_catalog.h"
#include "history/memory_event_log.h"
#include "http/http_server.h"
#include "stream/hub.h"
#include "support/http/peer.h"
#include "support/http/websocket.h"

namespace sluice::http {

/// A whole HTTP side over an in-memory hub: the stream `desk` at `/events` and, for WebSockets, `/ws`, whose event
/// `height` is keyed by `desk`; its poll at `/heights`, its past at `/heights/past`; `desk.one` at
/// `/desks/{desk}/events`, its newest value at `/desks/{desk}/height`.
class Gateway {
 public:
  explicit Gateway(ServerOptions options = {}, Routes routes = {}) : hub_(log_, catalog_) {
    height_ = catalog_.intern("desk", "height").number;
    catalog_[height_].key_fields = {"desk"};
    declare();
    if (!options.listen.starts_with("unix:")) options.listen = "127.0.0.1:0";
    if (options.shards == 0) options.shards = 1;
    if (options.browsers.hosts.empty()) options.browsers.hosts = {"a"};
    auto started = HttpServer::start(options, hub_, std::move(routes));
    if (!started) {
      ADD_FAILURE() << started.error().text();
      return;
    }
    server_ = std::move(*started);
  }

  std::uint16_t port() const { return server_->port(); }
  HttpServer& server() { return *server_; }
  stream::Hub& hub() { return hub_; }
  const std::string& epoch() const { return log_.epoch(); }

  /// Appends `height` of a desk and commits.
  void tell(std::string_view desk, int value) {
    append(desk, value);
    hub_.commit();
  }
  void append(std::string_view desk, Value value) {
    auto key = Value::object({{"desk", desk}});
    auto fields = Value::object({{"desk", desk}, {"cm", std::move(value)}});
    hub_.append({height_, at_ms(1000), std::move(key), std::move(fields), false});
  }
  void commit() { hub_.commit(); }

  void declare(milliseconds heartbeat = milliseconds(15'000)) {
    event::StreamSpec all;
    all.name = "desk";
    all.path = "/events";
    all.events = {height_};
    all.on_connect = {height_};
    all.heartbeat = heartbeat;
    all.websocket_path = "/ws";
    all.poll = event::PollSpec{"/heights", event::PollSpec::As::events, {height_}};
    all.history_path = "/heights/past";
    event::StreamSpec one = all;
    one.name = "desk.one";
    one.path = "/desks/{desk}/events";
    one.path_fields = {"desk"};
    one.poll = event::PollSpec{"/desks/{desk}/height", event::PollSpec::As::latest, {height_}};
    one.history_path.clear();
    one.websocket_path.clear();
    hub_.declare({all, one});
  }

  /// A client whose beginning has arrived.
  Peer listen(std::string_view path = "/events", std::string_view headers = "") {
    Peer peer(port());
    peer.send("GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\n" + std::string(headers) + "\r\n");
    peer.read_until("event: checkpoint\n");
    return peer;
  }

  /// The same over a WebSocket.
  Peer listen_by_websocket(std::string_view path = "/ws", std::string_view early_bytes = "") {
    Peer peer(port());
    peer.send(upgrade_request(path) + std::string(early_bytes)).read_until(R"({"type":"checkpoint")");
    return peer;
  }

  bool has_clients(std::size_t count) {
    return eventually([&] { return server_->stats().clients == count; });
  }

 private:
  event::EventCatalog catalog_;
  history::MemoryEventLog log_{history::Retention{}};
  stream::Hub hub_;
  event::TypeNumber height_ = 0;
  std::unique_ptr<HttpServer> server_;
};

}  // namespace sluice::http
