#pragma once

#include <string>
#include <string_view>

#include "base/expected.h"
#include "http/request.h"
#include "http/response.h"

namespace sluice::http {

/// True when the request asks to go on as a WebSocket, well or badly: a GET with `websocket` among the protocols of its
/// `Upgrade`.
bool asks_for_websocket(const Request& request);

/// The opening handshake (RFC 6455 4.2.1): HTTP/1.1, `Connection: Upgrade`, a key of 16 bytes, version 13. Extensions
/// and subprotocols may be offered; none is taken. Returns the `Sec-WebSocket-Accept` to answer with.
///
/// Error: the answer to give, 426 where another protocol or version would do, else 400.
Expected<std::string, Response> check_websocket_handshake(const Request& request, std::string_view http_version);

/// RFC 6455 4.2.2, 5.4
std::string websocket_accept(std::string_view key);

/// True when one of the elements of that header, a comma-separated list (RFC 9110 5.6.1), in any number of lines, is
/// `token`, in any case.
bool lists_token(const Request& request, std::string_view header, std::string_view token);

}  // namespace sluice::http
