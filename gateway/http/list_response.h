#pragma once

#include "event/stream_spec.h"
#include "http/admission.h"
#include "http/request.h"
#include "http/response.h"
#include "http/route_table.h"
#include "stream/hub.h"

namespace sluice::http {

/// The response to a poll or a history request: JSON with an ETag that If-None-Match is compared with (304),
/// `Sluice-Last-Event-ID`, and for a history list that was cut a `Link` to the rest.
Response list_response(const stream::Hub& hub, const Request& request, const Endpoint& endpoint, auth::Gate* gate);

/// True when If-None-Match names that entity tag or is `*` (RFC 9110 13.1.2, weak comparison).
bool none_match_holds(std::string_view if_none_match, std::string_view etag);

}  // namespace sluice::http
