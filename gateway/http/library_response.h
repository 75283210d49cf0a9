#pragma once

#include <string>

#include "http/response.h"

struct MHD_Connection;

namespace sluice::http {

class SseClient;

/// Queues the response on the connection. False when the library refuses: the connection is to be closed.
bool queue(MHD_Connection* connection, Response&& response);

/// Queues the head of a stream's response, whose body the client's owner writes: no length, no chunks, the end of the
/// connection ends it, for HTTP/1.0 and 1.1 alike. `accepted_id` goes out as `Sluice-Last-Event-ID`; "" sends none.
/// `headers`: further ones.
bool queue_stream(MHD_Connection* connection, SseClient& client, const std::string& accepted_id, const Pairs& headers);

/// Queues what HEAD of a stream gets: the same head, and the end.
bool queue_stream_head(MHD_Connection* connection, const Pairs& headers);

}  // namespace sluice::http
