#include "http/library_response.h"

#include <microhttpd.h>
#include <sys/socket.h>

#include <memory>

#include "http/stream_clients.h"
#include "http/websocket_frames.h"

namespace sluice::http {
namespace {

struct Destroy {
  void operator()(MHD_Response* response) const { MHD_destroy_response(response); }
};
using LibraryResponse = std::unique_ptr<MHD_Response, Destroy>;

void free_body(void* body) {
  delete static_cast<std::string*>(body);
}

ssize_t read_body(void* client, std::uint64_t, char* into, std::size_t room) {
  auto* sse_client = static_cast<SseClient*>(client);
  return sse_client->owner->read(*sse_client, into, room);
}

ssize_t read_nothing(void*, std::uint64_t, char*, std::size_t) {
  return MHD_CONTENT_READER_END_WITH_ERROR;
}

void add(const LibraryResponse& response, const char* name, const std::string& value) {
  MHD_add_response_header(response.get(), name, value.c_str());
}

// What no answer lacks: its type is what it says, and its address, which may hold a ticket, is nobody else's.
void add_safety(const LibraryResponse& response) {
  add(response, "X-Content-Type-Options", "nosniff");
  add(response, "Referrer-Policy", "no-referrer");
}

// gateway.md "Wire"
void add_stream_head(const LibraryResponse& response, const Pairs& headers) {
  MHD_set_response_options(response.get(), MHD_RF_HTTP_1_0_COMPATIBLE_STRICT, MHD_RO_END);
  add(response, "Content-Type", "text/event-stream");
  add(response, "Cache-Control", "no-store");
  add(response, "X-Accel-Buffering", "no");
  add(response, "Connection", "close");
  add_safety(response);
  for (const auto& [name, value] : headers) add(response, name.c_str(), value);
}

void hand_over(void* client, MHD_Connection*, void*, const char* early, std::size_t count, int,
               MHD_UpgradeResponseHandle* handle) {
  auto& websocket = *static_cast<WebSocketClient*>(client);
  websocket.owner->upgraded(websocket, handle, {early, count});
}

void turn_away(void* resumed, MHD_Connection*, void*, const char*, std::size_t, int fd,
               MHD_UpgradeResponseHandle* handle) {
  const auto frame = close_frame({1013, "too many clients, come back later"});
  send(fd, frame.data(), frame.size(), MSG_DONTWAIT | MSG_NOSIGNAL);  // a fresh socket takes so little
  shutdown(fd, SHUT_RDWR);
  MHD_upgrade_action(handle, MHD_UPGRADE_ACTION_CLOSE);
  *static_cast<bool*>(resumed) = true;
}

// RFC 6455 4.2.2; the library adds `Connection: Upgrade`.
bool queue_upgrade(MHD_Connection* connection, MHD_UpgradeHandler begin, void* with, const std::string& accept,
                   const Pairs& headers) {
  const LibraryResponse out(MHD_create_response_for_upgrade(begin, with));
  if (!out) return false;
  add(out, "Upgrade", "websocket");
  add(out, "Sec-WebSocket-Accept", accept);
  for (const auto& [name, value] : headers) add(out, name.c_str(), value);
  return MHD_queue_response(connection, MHD_HTTP_SWITCHING_PROTOCOLS, out.get()) == MHD_YES;
}

}  // namespace

bool queue(MHD_Connection* connection, Response&& response) {
  auto body = std::make_unique<std::string>(std::move(response.body));
  const auto size = body->size();
  auto* bytes = body->data();
  const LibraryResponse out(
      MHD_create_response_from_buffer_with_free_callback_cls(size, bytes, &free_body, body.get()));
  if (!out) return false;
  static_cast<void>(body.release());
  if (!response.content_type.empty()) add(out, "Content-Type", response.content_type);
  add_safety(out);
  for (const auto& [name, value] : response.headers) add(out, name.c_str(), value);
  if (response.close) add(out, "Connection", "close");
  return MHD_queue_response(connection, static_cast<unsigned>(response.status), out.get()) == MHD_YES;
}

bool queue_stream(MHD_Connection* connection, SseClient& client, const std::string& accepted_id, const Pairs& headers) {
  const LibraryResponse out(
      MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, client.owner->block_size(), &read_body, &client, nullptr));
  if (!out) return false;
  add_stream_head(out, headers);
  if (!accepted_id.empty()) add(out, "Sluice-Last-Event-ID", accepted_id);
  return MHD_queue_response(connection, MHD_HTTP_OK, out.get()) == MHD_YES;
}

bool queue_websocket(MHD_Connection* connection, WebSocketClient& client, const std::string& accept,
                     const std::string& accepted_id, const Pairs& headers) {
  auto all = headers;
  if (!accepted_id.empty()) all.emplace_back("Sluice-Last-Event-ID", accepted_id);
  return queue_upgrade(connection, &hand_over, &client, accept, all);
}

bool queue_websocket_overloaded(MHD_Connection* connection, const std::string& accept, bool& resumed) {
  return queue_upgrade(connection, &turn_away, &resumed, accept, {});
}

bool queue_stream_head(MHD_Connection* connection, const Pairs& headers) {
  const LibraryResponse out(MHD_create_response_from_callback(MHD_SIZE_UNKNOWN, 1, &read_nothing, nullptr, nullptr));
  if (!out) return false;
  add_stream_head(out, headers);
  return MHD_queue_response(connection, MHD_HTTP_OK, out.get()) == MHD_YES;
}

}  // namespace sluice::http
