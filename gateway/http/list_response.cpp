#include "http/list_response.h"

#include "base/text.h"
#include "http/stream_requests.h"

namespace sluice::http {
namespace {

// RFC 3986 2.3: everything but the unreserved characters.
void percent_encode(std::string_view text, std::string& out) {
  static constexpr std::string_view digits = "0123456789ABCDEF";
  for (const char c : text) {
    const auto byte = static_cast<unsigned char>(c);
    const bool unreserved = (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '-' ||
                            c == '.' || c == '_' || c == '~';
    if (unreserved) {
      out.push_back(c);
    } else {
      out.append({'%', digits[byte >> 4], digits[byte & 15]});
    }
  }
}

// The same request with another `after`, relative to itself.
std::string next_link(const Request& request, std::string_view next) {
  std::string link = "<?after=";
  percent_encode(next, link);
  for (const auto& [name, value] : request.query) {
    if (name == "after" || name == "ticket" || name == "access_token") continue;  // no secret in what is stored
    link.push_back('&');
    percent_encode(name, link);
    link.push_back('=');
    percent_encode(value, link);
  }
  return link + ">; rel=next";
}

bool is_known(const Request& request, const stream::ListAnswer& answer) {
  const auto known = request.header("If-None-Match");
  return answer.status == 200 && !known.empty() && none_match_holds(known, answer.etag);
}

}  // namespace

bool none_match_holds(std::string_view if_none_match, std::string_view etag) {
  for (auto tag : split(if_none_match, ',')) {
    while (!tag.empty() && tag.front() == ' ') tag.remove_prefix(1);
    while (!tag.empty() && tag.back() == ' ') tag.remove_suffix(1);
    if (tag.starts_with("W/")) tag.remove_prefix(2);
    if (tag == etag || tag == "*") return true;
  }
  return false;
}

Expected<ListRequest, Response> ListRequest::read(const Request& request, const Endpoint& endpoint, auth::Gate* gate) {
  auto wish = read_stream_request(request, endpoint.stream, gate);
  if (!wish) return tl::unexpected<Response>(std::move(wish.error()));
  auto options = stream::ListOptions::read(request.query);
  if (!options) return tl::unexpected<Response>(problem(400, options.error().message));
  return ListRequest{std::move(*wish), std::move(*options), endpoint.kind == Endpoint::Kind::history};
}

stream::ListAnswer ListRequest::answer(const stream::Hub& hub) const {
  return history ? stream::history(hub, wish, options) : stream::poll(hub, wish, options);
}

bool is_news(const Request& request, const stream::ListAnswer& answer) {
  return !answer.empty && !is_known(request, answer);
}

Response list_response(const stream::Hub& hub, const Request& request, const ListRequest& list,
                       const stream::ListAnswer& answer) {
  auto response = json(answer.status, answer.body);
  response.with("Cache-Control", list.wish.stream->access.empty() ? "no-cache" : "private, no-cache");
  response.with("Sluice-Last-Event-ID", event::EventId{hub.log().epoch(), answer.position}.text());
  if (!answer.next.empty()) response.with("Link", next_link(request, answer.next));
  if (answer.etag.empty()) return response;
  response.with("ETag", answer.etag);
  if (is_known(request, answer)) {
    response.status = 304;
    response.body.clear();
    response.content_type.clear();
  }
  return response;
}

}  // namespace sluice::http
