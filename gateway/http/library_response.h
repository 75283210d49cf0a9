#pragma once

#include <string>

#include "http/response.h"

struct MHD_Connection;

namespace sluice::http {

class SseClient;
class WebSocketClient;

/// Queues the response on the connection. False when the library refuses: the connection is to be closed.
bool queue(MHD_Connection* connection, Response&& response);

/// Queues the head of a stream's response, whose body the client's owner writes: no length, no chunks, the end of the
/// connection ends it, for HTTP/1.0 and 1.1 alike. `accepted_id` goes out as `Sluice-Last-Event-ID`; "" sends none.
/// `headers`: further ones.
bool queue_stream(MHD_Connection* connection, SseClient& client, const std::string& accepted_id, const Pairs& headers);

/// Queues the end of a WebSocket's handshake, after which the client's owner has the socket. `accept` is
/// `Sec-WebSocket-Accept`; the rest as above.
bool queue_websocket(MHD_Connection* connection, WebSocketClient& client, const std::string& accept,
                     const std::string& accepted_id, const Pairs& headers);

/// Queues the end of a WebSocket's handshake, a close frame that says 1013 "try again later", and the end. (A page sees
/// the code of a close, of a refused handshake nothing.) Sets `resumed` when the library must run for the end.
bool queue_websocket_overloaded(MHD_Connection* connection, const std::string& accept, bool& resumed);

/// Queues what HEAD of a stream gets: the same head, and the end.
bool queue_stream_head(MHD_Connection* connection, const Pairs& headers);

}  // namespace sluice::http
