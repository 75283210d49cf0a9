#pragma once

#include <functional>
#include <string>
#include <vector>

#include "http/answer.h"
#include "http/request.h"
#include "http/response.h"

namespace sluice::http {

/// A route answered at once, on the shard's thread: it must not block. HEAD is answered by the same function.
struct PlainRoute {
  std::string method;  // "GET", "POST"
  std::string path;    // "/livez", "/schema/{name}": a whole level is a literal or a placeholder
  std::function<Response(const Request&)> respond;
  bool admin = false;  // shows the gateway's inside
};

/// A request with its whole body.
struct CommandRequest {
  Request request;
  std::string body;
};

/// A POST answered later, from any thread. `run` is called on the shard's thread and must not block.
struct CommandRoute {
  std::string path;  // "/desks/{desk}/move"
  std::function<void(CommandRequest&&, Answer)> run;
};

/// What the gateway serves besides its streams, their polls and histories, and the static files. Of two equal routes
/// the first one counts; plain routes come before commands, commands before streams, streams before files.
struct Routes {
  std::vector<PlainRoute> plain;
  std::vector<CommandRoute> commands;
};

}  // namespace sluice::http
