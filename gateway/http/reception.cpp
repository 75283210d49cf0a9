#include "http/reception.h"

#include <arpa/inet.h>
#include <microhttpd.h>

#include <algorithm>

#include "base/text.h"
#include "http/accept_encoding.h"
#include "http/library_response.h"
#include "http/list_response.h"
#include "http/request_target.h"
#include "http/stream_requests.h"
#include "http/websocket_handshake.h"

namespace sluice::http {
namespace {

// A refused body of up to this much is read to its end: an answer sent into a socket with unread bytes is lost to the
// reset that follows.
constexpr std::size_t most_skipped_bytes = std::size_t{1} << 20;

std::string address_of(MHD_Connection* connection) {
  const auto* told = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
  if (!told || !told->client_addr) return {};
  char text[INET6_ADDRSTRLEN] = "";
  if (told->client_addr->sa_family == AF_INET) {
    inet_ntop(AF_INET, &reinterpret_cast<const sockaddr_in*>(told->client_addr)->sin_addr, text, sizeof(text));
  } else if (told->client_addr->sa_family == AF_INET6) {
    inet_ntop(AF_INET6, &reinterpret_cast<const sockaddr_in6*>(told->client_addr)->sin6_addr, text, sizeof(text));
  }
  return text;
}

// The length of the body to come: what Content-Length says, at most SIZE_MAX, which stands for chunks too.
std::size_t body_length(const Request& request) {
  if (!request.header("Transfer-Encoding").empty()) return SIZE_MAX;
  const auto text = request.header("Content-Length");
  if (text.empty()) return 0;
  std::size_t length = 0;
  for (const char digit : text) {
    if (length > (SIZE_MAX - 9) / 10) return SIZE_MAX;
    length = length * 10 + static_cast<std::size_t>(digit - '0');
  }
  return length;
}

std::string_view why_full(ClientQuota::Limit limit) {
  switch (limit) {
    case ClientQuota::Limit::all:
      break;
    case ClientQuota::Limit::address:
      return "this address has as many clients as it may";
    case ClientQuota::Limit::principal:
      return "this login has as many clients as it may";
  }
  return "the gateway has as many clients as it may";
}

}  // namespace

Reception::Reception(Parts parts)
    : parts_(std::move(parts)), polls_(parts_.hub, parts_.epoll, parts_.counters), random_(std::random_device{}()) {}
Reception::~Reception() = default;

void Reception::connected(Connection& connection) {
  parts_.counters.connections.add();
  parts_.connections.await(connection, now_ms_ + parts_.options.limits.header_deadline.count());
}

Exchange* Reception::begin(const char* target) {
  auto exchange = std::make_unique<PlainExchange>();
  exchange->target = target;
  exchange->line.target = target;
  exchange->line.target_length = exchange->target.size();
  return exchange.release();
}

bool Reception::receive(MHD_Connection* connection, Connection& transport, const char* method, const char* version,
                        std::string_view piece, Exchange*& exchange) {
  if (!exchange || exchange->is_client()) return false;
  auto& request = static_cast<PlainExchange&>(*exchange);
  switch (request.step) {
    case PlainExchange::Step::head:
      return on_head(connection, transport, method, version, exchange);
    case PlainExchange::Step::body:
      if (piece.empty()) {
        parts_.connections.release(transport);
        return run_command(connection, request);
      }
      if (request.body.size() + piece.size() > parts_.options.limits.body_bytes) {
        request.skipped_bytes = request.body.size() + piece.size();
        request.answer =
            problem(413, "the body is above " + std::to_string(parts_.options.limits.body_bytes) + " bytes");
        request.answer->close = true;
        request.step = PlainExchange::Step::skipping;
        return true;
      }
      request.body.append(piece);
      return true;
    case PlainExchange::Step::skipping:
      request.skipped_bytes += piece.size();
      if (request.skipped_bytes > most_skipped_bytes) return false;
      if (!piece.empty()) return true;
      parts_.connections.release(transport);
      if (request.held && !draining_) return hold_poll(connection, request);
      return respond(connection, request, std::move(*request.answer));
    case PlainExchange::Step::running:
      return request.answer && respond(connection, request, std::move(*request.answer));
    case PlainExchange::Step::answered:
      return true;
  }
  return false;
}

bool Reception::on_head(MHD_Connection* connection, Connection& transport, const char* method, const char* version,
                        Exchange*& exchange) {
  auto& request = static_cast<PlainExchange&>(*exchange);
  parts_.connections.release(transport);
  parts_.counters.requests.add();
  request.line.method = method;
  request.line.version = version;
  auto headers = check_head(connection, request.line, parts_.options.limits.header_bytes);
  if (!headers) {
    return reject(connection, request, std::move(headers.error()));
  }
  request.request.method = method;
  request.request.headers = std::move(*headers);
  request.request.address = address_of(connection);
  parts_.proxies.believe(request.request);
  request.browser_headers = parts_.browsers.headers(request.request);
  if (auto refusal = parts_.browsers.refuse(request.request)) {
    return respond_after_body(transport, request, std::move(*refusal));
  }
  return dispatch(connection, transport, exchange);
}

bool Reception::dispatch(MHD_Connection* connection, Connection& transport, Exchange*& exchange) {
  auto& request = static_cast<PlainExchange&>(*exchange);
  const auto& method = request.request.method;
  if (method == "OPTIONS" && request.target == "*") {  // RFC 9110 9.3.7: of the server as a whole
    return respond_after_body(transport, request,
                              Response{204, "", "", {{"Allow", "GET, HEAD, POST, OPTIONS"}}, false});
  }
  auto target = RequestTarget::read(request.target);
  if (!target) {
    return reject(connection, request, problem(400, target.error().message));
  }
  request.request.path = std::move(target->path);
  request.request.query = std::move(target->query);
  request.table = table();
  auto match = request.table->match(method, target->levels);
  request.request.path_values = std::move(match.path_values);
  if (!match.found) {
    if (auto file = parts_.files.find(request.request, target->levels)) {
      return respond_after_body(transport, request, std::move(*file));
    }
    return respond_after_body(transport, request, problem(404, "nothing is at " + excerpt(request.request.path)));
  }
  if (match.endpoint < 0) {
    if (auto allowed = parts_.browsers.preflight(request.request, match.allow)) {
      return respond_after_body(transport, request, std::move(*allowed));
    }
    // A path may be a page to read and a place to post to.
    if (auto file = method == "GET" || method == "HEAD" ? parts_.files.find(request.request, target->levels)
                                                        : std::optional<Response>()) {
      return respond_after_body(transport, request, std::move(*file));
    }
    const bool asked = method == "OPTIONS";
    auto response = asked ? Response{204, "", "", {}, false} : problem(405, "this path takes " + match.allow);
    response.with("Allow", match.allow);  // RFC 9110 15.5.6
    return respond_after_body(transport, request, std::move(response));
  }
  const auto& endpoint = (*request.table)[match.endpoint];
  switch (endpoint.kind) {
    case Endpoint::Kind::plain:
      if (auto refusal = endpoint.plain->admin ? refuse_admin(request.request) : std::optional<Response>()) {
        return respond_after_body(transport, request, std::move(*refusal));
      }
      return respond_after_body(transport, request, endpoint.plain->respond(request.request));
    case Endpoint::Kind::command:
      request.command = endpoint.command;
      return to_command(connection, transport, request);
    case Endpoint::Kind::poll:
    case Endpoint::Kind::history:
      return to_list(transport, endpoint, request);
    case Endpoint::Kind::stream:
      if (asks_for_websocket(request.request)) return to_websocket(connection, transport, endpoint, exchange);
      return to_stream(connection, transport,
                       read_stream_request(request.request, endpoint.stream, parts_.options.gate), exchange);
    case Endpoint::Kind::streams:
      return to_stream(connection, transport, read_joined_request(request.request, parts_.hub, parts_.options.gate),
                       exchange);
    case Endpoint::Kind::websocket:
      return to_websocket(connection, transport, endpoint, exchange);
  }
  return false;
}

bool Reception::to_stream(MHD_Connection* connection, Connection& transport, Expected<stream::Request, Response> wish,
                          Exchange*& exchange) {
  auto& request = static_cast<PlainExchange&>(*exchange);
  if (!wish) return respond_after_body(transport, request, std::move(wish.error()));
  auto headers = request.browser_headers;
  if (parts_.options.compression) {
    wish->form = form_for(request.request.header("Accept-Encoding"));
    headers.emplace_back("Vary", "Accept-Encoding");
    if (const auto coding = content_encoding(wish->form); !coding.empty()) {
      headers.emplace_back("Content-Encoding", coding);
    }
  }
  if (request.request.method == "HEAD") {
    request.step = PlainExchange::Step::answered;
    return queue_stream_head(connection, headers);
  }
  if (draining_) return respond_after_body(transport, request, stream_refused(std::nullopt));
  auto place = parts_.quota.take(request.request.address, wish->principal);
  if (!place) return respond_after_body(transport, request, stream_refused(place.error()));
  auto* client = parts_.clients.open(*wish, connection, std::move(*place));
  delete exchange;
  exchange = client;
  return queue_stream(connection, *client, accepted_id(*client->cursor), headers);
}

bool Reception::to_websocket(MHD_Connection* connection, Connection& transport, const Endpoint& endpoint,
                             Exchange*& exchange) {
  auto& request = static_cast<PlainExchange&>(*exchange);
  const auto accept = check_websocket_handshake(request.request, request.line.version);
  if (!accept) return respond_after_body(transport, request, Response(accept.error()));
  auto wish = read_stream_request(request.request, endpoint.stream, parts_.options.gate);
  if (!wish) return respond_after_body(transport, request, Response(wish.error()));
  wish->form = stream::FormKind::websocket;
  Expected<ClientPlace, ClientQuota::Limit> place;
  if (!draining_) place = parts_.quota.take(request.request.address, wish->principal);
  if (!place && parts_.options.overload == Overload::refuse) {
    return respond_after_body(transport, request, stream_refused(place.error()));
  }
  if (!place) count(place.error());
  if (!place || draining_) {
    request.step = PlainExchange::Step::answered;
    return queue_websocket_overloaded(connection, *accept, resumed_);
  }
  auto* client = parts_.clients.open_websocket(*wish, connection, std::move(*place));
  const auto browser_headers = std::move(request.browser_headers);
  delete exchange;
  exchange = client;
  return queue_websocket(connection, *client, *accept, accepted_id(*client->cursor), browser_headers);
}

// "" when the client named no position, or one that cannot be gone on from.
std::string Reception::accepted_id(const stream::Cursor& cursor) const {
  const auto accepted = cursor.accepted();
  return accepted == 0 ? "" : event::EventId{parts_.hub.log().epoch(), accepted}.text();
}

bool Reception::to_list(Connection& transport, const Endpoint& endpoint, PlainExchange& request) {
  auto list = ListRequest::read(request.request, endpoint, parts_.options.gate);
  if (!list) return respond_after_body(transport, request, std::move(list.error()));
  const auto answer = list->answer(parts_.hub);
  auto response = list_response(parts_.hub, request.request, *list, answer);
  const bool may_wait = list->options.wait > milliseconds(0) && !list->history && request.request.method == "GET";
  if (!may_wait || draining_ || is_news(request.request, answer)) {
    return respond_after_body(transport, request, std::move(response));
  }
  auto place = parts_.quota.take(request.request.address, list->wish.principal);
  if (!place) return respond_after_body(transport, request, poll_refused(place.error()));
  auto wait = list->options.wait;
  if (const auto until = list->wish.until) wait = std::clamp(*until - SystemClock().now(), milliseconds(0), wait);
  request.held = std::make_unique<HeldPoll>();
  request.held->list = std::move(*list);
  request.held->client_place = std::move(*place);
  request.held->until_ms = now_ms_ + wait.count();
  request.held->seen = answer.position;
  request.held->fd = transport.fd;
  return respond_after_body(transport, request, std::move(response));
}

bool Reception::to_command(MHD_Connection* connection, Connection& transport, PlainExchange& request) {
  const auto length = body_length(request.request);
  if (length == 0) {
    request.step = PlainExchange::Step::body;
    return true;
  }
  if (length != SIZE_MAX && length > parts_.options.limits.body_bytes) {
    auto response = problem(413, "the body is above " + std::to_string(parts_.options.limits.body_bytes) + " bytes");
    // RFC 9110 10.1.1: who asks first sends no body after a refusal; a huge one is not waited for.
    const bool asks_first = !request.request.header("Expect").empty();
    if (asks_first || length > most_skipped_bytes) return reject(connection, request, std::move(response));
    return respond_after_body(transport, request, std::move(response));
  }
  parts_.connections.await(transport, now_ms_ + parts_.options.limits.header_deadline.count());
  request.step = PlainExchange::Step::body;
  return true;
}

bool Reception::run_command(MHD_Connection* connection, PlainExchange& request) {
  if (given_up_) return respond(connection, request, problem(503, "the gateway stops"));
  request.step = PlainExchange::Step::running;
  request.connection = connection;
  request.number = next_number_++;
  running_.emplace(request.number, &request);
  MHD_suspend_connection(connection);
  request.command->run({std::move(request.request), std::move(request.body)}, parts_.mailbox->answer(request.number));
  return true;
}

bool Reception::hold_poll(MHD_Connection* connection, PlainExchange& request) {
  request.step = PlainExchange::Step::running;
  request.connection = connection;
  MHD_suspend_connection(connection);
  polls_.hold(request);
  return true;
}

bool Reception::respond(MHD_Connection* connection, PlainExchange& request, Response&& response) {
  request.step = PlainExchange::Step::answered;
  for (auto& header : request.browser_headers) response.headers.push_back(std::move(header));
  response.close = response.close || draining_;
  return queue(connection, std::move(response));
}

// An answer to a head alone, once a body is out of the way. (The library closes a connection that is answered before
// the end of its request, even where there is no body.)
bool Reception::respond_after_body(Connection& transport, PlainExchange& request, Response&& response) {
  request.answer = std::move(response);
  request.step = PlainExchange::Step::skipping;
  if (body_length(request.request) == 0) return true;
  parts_.connections.await(transport, now_ms_ + parts_.options.limits.header_deadline.count());
  return true;
}

// An answer at once, and the end: to a head that is not to be trusted.
bool Reception::reject(MHD_Connection* connection, PlainExchange& request, Response&& response) {
  parts_.counters.rejected_heads.add();
  response.close = true;
  return respond(connection, request, std::move(response));
}

// gateway.md "Access": the gateway's inside is for admins, unless there can be none and only this machine asks.
std::optional<Response> Reception::refuse_admin(const Request& request) const {
  const auto& options = parts_.options;
  if (options.admin_routes == AdminRoutes::open) return std::nullopt;
  const bool somebody = options.gate != nullptr && options.gate->any();
  if (!somebody && parts_.loopback && !request.forwarded) return std::nullopt;
  auto admission = admit(options.gate, request, {auth::admin});
  return admission ? std::nullopt : std::optional(std::move(admission.error()));
}

void Reception::count(ClientQuota::Limit limit) {
  auto& counters = parts_.counters;
  switch (limit) {
    case ClientQuota::Limit::all:
      return counters.overloaded.add();
    case ClientQuota::Limit::address:
      return counters.over_address.add();
    case ClientQuota::Limit::principal:
      return counters.over_principal.add();
  }
}

// A stream that finds no place, or (no limit) the gateway about to stop.
Response Reception::stream_refused(std::optional<ClientQuota::Limit> limit) {
  if (limit) count(*limit);
  const int retry_ms = std::uniform_int_distribution<int>(5000, 15000)(random_);
  if (limit && parts_.options.overload == Overload::refuse) {
    auto response = problem(503, why_full(*limit));
    response.close = true;
    return response.with("Retry-After", std::to_string((retry_ms + 999) / 1000));
  }
  // WHATWG HTML 9.2.3: EventSource comes back after a 200 that ends, never after a 503.
  Response response;
  response.close = true;
  response.content_type = "text/event-stream";
  const auto why = limit ? why_full(*limit) : "the gateway stops";
  response.body = "retry: " + std::to_string(retry_ms) + "\n: " + std::string(why) + ", come back later\n\n";
  return response.with("Cache-Control", "no-store");
}

// RFC 6585 4: 429 is about the one who asks; that all places are taken is not.
Response Reception::poll_refused(ClientQuota::Limit limit) {
  count(limit);
  const int retry_s = std::uniform_int_distribution<int>(5, 15)(random_);
  auto response = problem(limit == ClientQuota::Limit::all ? 503 : 429, why_full(limit));
  return response.with("Cache-Control", "no-store").with("Retry-After", std::to_string(retry_s));
}

void Reception::completed(Exchange* exchange, Connection* transport) {
  if (transport) {
    const auto& limits = parts_.options.limits;
    parts_.connections.await(*transport, now_ms_ + limits.idle.count() + limits.header_deadline.count());
  }
  if (!exchange) return;
  if (exchange->is_client()) {
    parts_.clients.forget(static_cast<StreamClient&>(*exchange));
    return;
  }
  running_.erase(static_cast<PlainExchange*>(exchange)->number);
  delete exchange;
}

void Reception::disconnected(Connection& connection) {
  parts_.counters.connections.subtract();
  parts_.connections.release(connection);
}

void Reception::deliver(std::vector<Mailbox::Letter> letters) {
  for (auto& [number, response] : letters) {
    const auto found = running_.find(number);
    if (found == running_.end()) continue;
    auto& request = *found->second;
    running_.erase(found);
    request.answer = std::move(response);
    MHD_resume_connection(request.connection);
    resumed_ = true;
  }
}

void Reception::answer_polls() {
  for (auto* request : polls_.take(now_ms_)) {
    MHD_resume_connection(request->connection);
    resumed_ = true;
  }
}

void Reception::drain() {
  draining_ = true;
  polls_.end_all();
}

void Reception::give_up() {
  given_up_ = true;  // the library aborts when it is stopped with a connection suspended
  drain();
  answer_polls();
  std::vector<Mailbox::Letter> letters;
  for (const auto& [number, request] : running_) letters.emplace_back(number, problem(503, "the gateway stops"));
  deliver(std::move(letters));
}

bool Reception::take_resumed() {
  return std::exchange(resumed_, false);
}

const std::shared_ptr<const RouteTable>& Reception::table() {
  const auto version = parts_.routes.version();
  if (!table_ || version != table_version_) {
    table_ = parts_.routes.table();
    table_version_ = version;
  }
  return table_;
}

}  // namespace sluice::http
