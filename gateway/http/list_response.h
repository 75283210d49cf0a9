#pragma once

#include "event/stream_spec.h"
#include "http/admission.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route_table.h"
#include "stream/hub.h"
#include "stream/poll.h"

namespace sluice::http {

/// A poll or a history request, read.
struct ListRequest {
  stream::Request wish;
  stream::ListOptions options;
  bool history = false;

  /// Error: the answer to give: 401, 403, 400.
  static Expected<ListRequest, Response> read(const Request& request, const Endpoint& endpoint, auth::Gate* gate);
  /// The list as it is now.
  stream::ListAnswer answer(const stream::Hub& hub) const;
};

/// The response to it: JSON with an ETag that If-None-Match is compared with (304), `Sluice-Last-Event-ID`, and for a
/// history list that was cut a `Link` to the rest.
Response list_response(const stream::Hub& hub, const Request& request, const ListRequest& list,
                       const stream::ListAnswer& answer);

/// True when the answer says what the request does not know yet: something is in it, and If-None-Match does not name
/// it.
bool is_news(const Request& request, const stream::ListAnswer& answer);

/// True when If-None-Match names that entity tag or is `*` (RFC 9110 13.1.2, weak comparison).
bool none_match_holds(std::string_view if_none_match, std::string_view etag);

}  // namespace sluice::http
