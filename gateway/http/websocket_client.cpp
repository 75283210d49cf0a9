#include "http/websocket_client.h"

#include <microhttpd.h>
#include <sys/socket.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <utility>

#include "http/stream_sink.h"

namespace sluice::http {
namespace {

constexpr std::int64_t close_patience_ms = 5'000;
// However short a stream's heartbeat is, a pong may be that long on its way.
constexpr std::int64_t shortest_heartbeat_ms = 4'000;
// A client has little to say. One that says more goes on in the next round.
constexpr int reads_a_turn = 16;

}  // namespace

WebSocketClient::WebSocketClient(stream::Deadlines& deadlines, milliseconds heartbeat)
    : deadlines_(deadlines), heartbeat_ms_(std::max<std::int64_t>(heartbeat.count(), shortest_heartbeat_ms)) {}

WebSocketClient::~WebSocketClient() {
  deadlines_.remove(*this);
}

void WebSocketClient::listen_to(std::unique_ptr<stream::Cursor> stream) {
  stream->client = this;
  cursor = std::make_unique<WebSocketCursor>(std::move(stream));
}

void WebSocketClient::begin(MHD_UpgradeResponseHandle* handle, std::string_view early, std::int64_t now_ms) {
  handle_ = handle;
  heard_ms_ = now_ms;
  alarm_at(heard_ms_ + silence_ms());
  if (!early.empty()) words().hear(early, now_ms);
}

StreamClient::Heard WebSocketClient::hear(bool, std::int64_t now_ms) {
  std::array<char, 4096> bytes{};
  bool answer = false;
  for (int reads = 0; reads < reads_a_turn; ++reads) {
    const auto count = ::recv(fd, bytes.data(), bytes.size(), MSG_DONTWAIT);
    if (count < 0 && errno == EINTR) continue;
    if (count < 0 && (errno == EAGAIN || errno == EWOULDBLOCK)) return answer ? Heard::answer : Heard::nothing;
    if (count < 0) return Heard::over;
    if (count == 0) {
      if (answer) sink->serve(*this, now_ms);  // it may still listen for the answer to its close
      return Heard::over;
    }
    heard_ms_ = now_ms;
    ping_ = Ping::none;
    answer = words().hear({bytes.data(), static_cast<std::size_t>(count)}, now_ms) || answer;
    if (words().abuses()) return Heard::over;
  }
  return Heard::more;
}

bool WebSocketClient::rests(std::int64_t now_ms) {
  const auto& said = words();
  if (said.closed()) {
    if (said.heard_close()) return true;
    if (std::exchange(closes_, true)) return false;
    // RFC 6455 7.1.7. What it still sends is read and dropped: closing before that would reset the connection, and with
    // it the reason that we gave.
    if (said.deaf()) shutdown(fd, SHUT_WR);
    alarm_at(now_ms + close_patience_ms);
  } else if (ping_ == Ping::queued) {
    ping_ = Ping::out;
    alarm_at(now_ms + heartbeat_ms_);
  }
  return false;
}

StreamClient::Heard WebSocketClient::on_deadline(std::int64_t now_ms) {
  if (closes_ || ping_ == Ping::out) return Heard::over;
  if (ping_ == Ping::queued) {  // its socket is full
    alarm_at(now_ms + heartbeat_ms_);
    return Heard::nothing;
  }
  if (now_ms - heard_ms_ < silence_ms()) {
    alarm_at(heard_ms_ + silence_ms());
    return Heard::nothing;
  }
  words().ping();
  ping_ = Ping::queued;
  alarm_at(now_ms + heartbeat_ms_);
  return Heard::answer;
}

bool WebSocketClient::give_back() {
  if (handle_ == nullptr) return false;
  MHD_upgrade_action(std::exchange(handle_, nullptr), MHD_UPGRADE_ACTION_CLOSE);
  return true;
}

}  // namespace sluice::http
