#pragma once

#include "base/expected.h"
#include "event/stream_spec.h"
#include "http/admission.h"
#include "http/request.h"
#include "http/response.h"
#include "stream/feed.h"
#include "stream/hub.h"

namespace sluice::http {

/// What a request to a stream's route (live, poll or history) asks of it: its parameters by the stream's own reader,
/// the key fields of its path from the path or, at `/streams/<name>`, from the query, and where to go on
/// (`Last-Event-ID`, else `?lastEventId=`, else `?last_event_id=`). For a stream with `access`, who asks: what binds
/// him, and how long he may.
///
/// Error: the answer to give: 401 and 403 before anything else, 400 for parameters.
Expected<stream::Request, Response> read_stream_request(const Request& request,
                                                        const std::shared_ptr<const event::StreamSpec>& stream,
                                                        auth::Gate* gate);

/// The same for `/streams?names=a,b`: all of these streams on one connection. `a.x=` is parameter x, or key field x of
/// the path, of stream a. Who lacks a right to one of them gets none.
///
/// Error: as above; 404 for a name that no stream has.
Expected<stream::Request, Response> read_joined_request(const Request& request, const stream::Hub& hub,
                                                        auth::Gate* gate);

}  // namespace sluice::http
