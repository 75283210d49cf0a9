#pragma once

#include "base/expected.h"
#include "event/stream_spec.h"
#include "http/request.h"
#include "http/response.h"
#include "stream/feed.h"

namespace sluice::http {

/// What a request to a stream's route (live, poll or history) asks of it: its parameters by the stream's own reader,
/// the key fields of its path from the path or, at `/streams/<name>`, from the query, and where to go on
/// (`Last-Event-ID`, else `?lastEventId=`, else `?last_event_id=`).
///
/// Error: the answer to give: 400 for parameters, 401 for a stream that names roles (no credentials exist here).
Expected<stream::Request, Response> read_stream_request(const Request& request,
                                                        const std::shared_ptr<const event::StreamSpec>& stream);

}  // namespace sluice::http
