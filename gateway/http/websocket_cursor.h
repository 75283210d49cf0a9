#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "http/websocket_frames.h"
#include "stream/cursor.h"

namespace sluice::http {

/// A stream's cursor and, between its frames, the control frames of one WebSocket: pongs, pings and the close.
///
/// Threads: the shard's.
/// Order: the frames of the stream, control frames at its borders only; after our close frame nothing more.
///
/// A client is there to listen: its pings are answered, its close is answered with the same code, its messages are
/// refused (1008; 1009 when large). What it does against RFC 6455 closes with 1002 or 1007. After that, and after a
/// large message, the rest of what it sends is not looked at.
class WebSocketCursor final : public stream::Cursor {
 public:
  /// `stream` is of the form websocket.
  explicit WebSocketCursor(std::unique_ptr<stream::Cursor> stream);
  ~WebSocketCursor() override;

  std::string_view due() override;
  void sent(std::size_t count, std::int64_t now_ms) override;
  stream::End end() const override { return stream_->end(); }
  bool at_border() const override { return !own_begun_ && (own_.empty() || stream_->at_border()); }
  event::Sequence accepted() const override { return stream_->accepted(); }
  std::uint64_t lag() const override { return stream_->lag(); }

  /// The client's next bytes. True when something is to be done for them: an answer sent, the end seen to.
  bool hear(std::string_view bytes, std::int64_t now_ms);
  void ping();
  /// Says why and, after that, nothing more. The first one counts.
  void close(const WebSocketClose& why);

  /// Our close frame is all out.
  bool closed() const { return closing_ && own_.empty(); }
  /// Nothing more is expected from the client: its close came.
  bool heard_close() const { return heard_close_; }
  /// What it sends is not looked at any more.
  bool deaf() const { return deaf_; }
  /// It asks on and on, and takes no answer.
  bool abuses() const;

 private:
  void answer(const WebSocketFrames::Frame& frame);
  bool too_many_frames(std::int64_t now_ms);
  void fail(const WebSocketClose& why);

  std::unique_ptr<stream::Cursor> stream_;
  std::unique_ptr<WebSocketFrames> frames_;  // while a frame is half there
  std::string own_;                          // control frames, not yet sent
  std::int64_t second_ = 0;
  std::uint32_t frames_this_second_ = 0;
  bool own_begun_ = false;  // some of them is out
  bool own_due_ = false;    // the last due() was of them
  bool closing_ = false;
  bool heard_close_ = false;
  bool deaf_ = false;
};

/// What the end of a stream is called over a WebSocket.
WebSocketClose close_of(stream::End end);

}  // namespace sluice::http
