#include "http/route_table.h"

namespace sluice::http {

RouteTable::RouteTable(std::shared_ptr<const Routes> routes, const stream::Hub::Streams& streams)
    : routes_(std::move(routes)) {
  for (const auto& route : routes_->plain) add(route.method, route.path, {Endpoint::Kind::plain, &route, nullptr, {}});
  for (const auto& route : routes_->commands) add("POST", route.path, {Endpoint::Kind::command, nullptr, &route, {}});
  add("GET", "/streams", {Endpoint::Kind::streams, nullptr, nullptr, {}});
  for (const auto& stream : streams) {
    const auto at = [&](std::string_view path, Endpoint::Kind kind) {
      if (!path.empty()) add("GET", path, {kind, nullptr, nullptr, stream});
    };
    at("/streams/" + stream->name, Endpoint::Kind::stream);
    at("/streams/" + stream->name + "/latest", Endpoint::Kind::poll);
    at(stream->path, Endpoint::Kind::stream);
    at(stream->websocket_path, Endpoint::Kind::websocket);
    if (stream->poll) at(stream->poll->path, Endpoint::Kind::poll);
    at(stream->history_path, Endpoint::Kind::history);
  }
}

void RouteTable::add(std::string_view method, std::string_view pattern, Endpoint endpoint) {
  router_.add(method, pattern, static_cast<int>(endpoints_.size()));
  endpoints_.push_back(std::move(endpoint));
}

}  // namespace sluice::http
