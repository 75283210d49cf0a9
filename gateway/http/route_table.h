#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "http/route.h"
#include "http/router.h"
#include "stream/hub.h"

namespace sluice::http {

/// What one endpoint of the gateway does.
struct Endpoint {
  enum class Kind : std::uint8_t { plain, command, stream, streams, websocket, poll, history };
  Kind kind = Kind::plain;
  const PlainRoute* plain = nullptr;
  const CommandRoute* command = nullptr;
  std::shared_ptr<const event::StreamSpec> stream;
};

/// All routes of one moment: the application's, and those of the hub's streams.
///
/// Threads: any (immutable).
class RouteTable {
 public:
  RouteTable(std::shared_ptr<const Routes> routes, const stream::Hub::Streams& streams);

  Router::Match match(std::string_view method, const std::vector<std::string>& levels) const {
    return router_.match(method, levels);
  }
  const Endpoint& operator[](int endpoint) const { return endpoints_[static_cast<std::size_t>(endpoint)]; }

 private:
  void add(std::string_view method, std::string_view pattern, Endpoint endpoint);

  std::shared_ptr<const Routes> routes_;
  std::vector<Endpoint> endpoints_;
  Router router_;
};

}  // namespace sluice::http
