#include "http/stream_requests.h"

namespace sluice::http {
namespace {

std::optional<std::string> last_event_id(const Request& request) {
  auto id = request.header("Last-Event-ID");
  // event-source-polyfill and WebSocket clients cannot send the header.
  if (id.empty()) id = request.parameter("lastEventId");
  if (id.empty()) id = request.parameter("last_event_id");
  if (id.empty()) return std::nullopt;
  return std::string(id);
}

}  // namespace

Expected<stream::Request, Response> read_stream_request(const Request& request,
                                                        const std::shared_ptr<const event::StreamSpec>& stream,
                                                        auth::Gate* gate) {
  stream::Request wish;
  if (!stream->access.empty()) {
    auto admission = admit(gate, request, stream->access);
    if (!admission) return tl::unexpected<Response>(std::move(admission.error()));
    wish.binding = std::move(admission->binding);
    wish.until = admission->principal.until;
    wish.by_right = true;
  }
  wish.stream = stream;
  if (stream->query) {
    auto read = stream->query->read(request.query);
    if (!read) return tl::unexpected<Response>(problem(400, read.error().message));
    wish.query = std::move(*read);
  }
  for (const auto& field : stream->path_fields) {
    auto value = request.path_value(field);
    if (value.empty()) value = request.parameter(field);
    if (value.empty()) return tl::unexpected<Response>(problem(400, "parameter '" + field + "' is missing"));
    wish.path_values.emplace_back(value);
  }
  wish.last_event_id = last_event_id(request);
  return wish;
}

}  // namespace sluice::http
