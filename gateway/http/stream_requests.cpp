#include "http/stream_requests.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::http {
namespace {

using Stream = std::shared_ptr<const event::StreamSpec>;

std::optional<std::string> last_event_id(const Request& request) {
  auto id = request.header("Last-Event-ID");
  // event-source-polyfill and WebSocket clients cannot send the header.
  if (id.empty()) id = request.parameter("lastEventId");
  if (id.empty()) id = request.parameter("last_event_id");
  if (id.empty()) return std::nullopt;
  return std::string(id);
}

/// What the request asks of a stream. Error: which parameter is wrong.
Expected<stream::Wish> read_wish(const Request& request, const Stream& stream) {
  stream::Wish wish;
  wish.stream = stream;
  if (stream->query) {
    auto read = stream->query->read(request.query);
    if (!read) return tl::unexpected(read.error());
    wish.query = std::move(*read);
  }
  for (const auto& field : stream->path_fields) {
    auto value = request.path_value(field);
    if (value.empty()) value = request.parameter(field);
    if (value.empty()) return unexpected("parameter '" + field + "' is missing");
    wish.path_values.emplace_back(value);
  }
  return wish;
}

Expected<std::vector<Stream>, Response> named_streams(const Request& request, const stream::Hub& hub) {
  std::vector<Stream> streams;
  const auto refuse = [](int status, std::string_view detail) {
    return tl::unexpected<Response>(problem(status, detail));
  };
  for (const auto& [parameter, value] : request.query) {
    if (parameter != "names") continue;
    for (const auto name : split(value, ',')) {
      if (name.empty()) return refuse(400, "names has an empty name: write names=one,two");
      auto stream = hub.find(name);
      if (stream == nullptr) return refuse(404, "names: no stream is called '" + excerpt(name, 60) + "'");
      if (std::ranges::find(streams, stream) != streams.end()) {
        return refuse(400, "names has '" + excerpt(name, 60) + "' twice: ask for each stream once");
      }
      if (streams.size() == stream::most_joined) {
        return refuse(400, "names has more than " + std::to_string(stream::most_joined) +
                               " streams: open a second connection for the others");
      }
      streams.push_back(std::move(stream));
    }
  }
  if (streams.empty()) return refuse(400, "names is missing: which streams, as in names=one,two");
  return streams;
}

/// The request as one of several streams sees it: `desk.x` is its parameter x.
Request part_of(const Request& request, const std::string& stream) {
  Request part;
  const auto prefix = stream + ".";
  for (const auto& [name, value] : request.query) {
    if (name.starts_with(prefix)) part.query.emplace_back(name.substr(prefix.size()), value);
  }
  return part;
}

}  // namespace

Expected<stream::Request, Response> read_stream_request(const Request& request, const Stream& stream,
                                                        auth::Gate* gate) {
  stream::Request made;
  if (!stream->access.empty()) {
    auto admission = admit(gate, request, stream->access);
    if (!admission) return tl::unexpected<Response>(std::move(admission.error()));
    made.binding = std::move(admission->binding);
    made.until = admission->principal.until;
    made.by_right = true;
    made.principal = std::move(admission->principal.name);
  }
  auto wish = read_wish(request, stream);
  if (!wish) return tl::unexpected<Response>(problem(400, wish.error().message));
  made.stream = std::move(wish->stream);
  made.query = std::move(wish->query);
  made.path_values = std::move(wish->path_values);
  made.last_event_id = last_event_id(request);
  return made;
}

Expected<stream::Request, Response> read_joined_request(const Request& request, const stream::Hub& hub,
                                                        auth::Gate* gate) {
  const auto streams = named_streams(request, hub);
  if (!streams) return tl::unexpected<Response>(Response(streams.error()));
  stream::Request made;
  std::vector<KeyBinding> bindings(streams->size());
  std::optional<auth::Principal> principal;  // credentials may serve once only
  for (std::size_t i = 0; i < streams->size(); ++i) {
    const auto& roles = (*streams)[i]->access;
    if (roles.empty()) continue;
    auto admission = principal ? admit(*gate, *principal, roles) : admit(gate, request, roles);
    if (!admission) return tl::unexpected<Response>(std::move(admission.error()));
    bindings[i] = std::move(admission->binding);
    principal = std::move(admission->principal);
    made.until = principal->until;
    made.by_right = true;
    made.principal = principal->name;
  }
  for (std::size_t i = 0; i < streams->size(); ++i) {
    const auto& stream = (*streams)[i];
    auto wish = read_wish(part_of(request, stream->name), stream);
    if (!wish) return tl::unexpected<Response>(problem(400, stream->name + ": " + wish.error().message));
    wish->binding = std::move(bindings[i]);
    made.joined.push_back(std::move(*wish));
  }
  made.last_event_id = last_event_id(request);
  return made;
}

}  // namespace sluice::http
