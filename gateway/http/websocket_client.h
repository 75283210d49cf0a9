#pragma once

#include <cstdint>
#include <memory>
#include <string_view>

#include "base/clock.h"
#include "http/stream_client.h"
#include "http/websocket_cursor.h"
#include "stream/deadlines.h"

struct MHD_UpgradeResponseHandle;

namespace sluice::http {

/// A client over a WebSocket: the stream goes out in frames, and what it says comes in. The library has handed its
/// connection over.
///
/// From a client that nothing came from for one and a half heartbeats a pong is asked for; it is over when that does
/// not come within another heartbeat. After our close frame it has five seconds for its own.
///
/// Threads: the shard's.
class WebSocketClient final : public StreamClient, private stream::Deadline {
 public:
  /// The deadlines outlive it.
  WebSocketClient(stream::Deadlines& deadlines, milliseconds heartbeat);
  ~WebSocketClient() override;

  /// Takes the stream's cursor, of the form websocket.
  void listen_to(std::unique_ptr<stream::Cursor> stream);
  /// The connection is ours from here on; the library has read `early` already.
  void begin(MHD_UpgradeResponseHandle* handle, std::string_view early, std::int64_t now_ms);

  Heard hear(bool hung_up, std::int64_t now_ms) override;
  bool rests(std::int64_t now_ms) override;
  bool give_back() override;

  /// The time that it set has come.
  Heard on_deadline(std::int64_t now_ms);
  /// Our close frame is out, and the client's is waited for.
  bool closes() const { return closes_; }
  static WebSocketClient& of(stream::Deadline& deadline) { return static_cast<WebSocketClient&>(deadline); }

 private:
  enum class Ping : std::uint8_t { none, queued, out };
  WebSocketCursor& words() { return static_cast<WebSocketCursor&>(*cursor); }
  void alarm_at(std::int64_t ms) { deadlines_.set(*this, ms); }
  std::int64_t silence_ms() const { return heartbeat_ms_ + heartbeat_ms_ / 2; }

  stream::Deadlines& deadlines_;
  MHD_UpgradeResponseHandle* handle_ = nullptr;
  const std::int64_t heartbeat_ms_;
  std::int64_t heard_ms_ = 0;
  Ping ping_ = Ping::none;
  bool closes_ = false;
};

static_assert(sizeof(WebSocketClient) <= 256);

}  // namespace sluice::http
