#include "http/websocket_cursor.h"

#include <utility>

namespace sluice::http {
namespace {

// A browser sends a pong every heartbeat, and now and then a ping.
constexpr std::uint32_t most_frames_a_second = 100;
constexpr std::size_t most_unsent = std::size_t{16} << 10;
constexpr std::uint64_t large_message = std::uint64_t{4} << 10;

constexpr WebSocketClose speaks{1008, "this connection only listens: commands are posted to their own path"};
constexpr WebSocketClose too_large{1009, "this connection only listens"};
constexpr WebSocketClose too_many{1008, "too many frames a second"};

}  // namespace

WebSocketClose close_of(stream::End end) {
  const auto reason = stream::word(end);
  switch (end) {
    case stream::End::none:
    case stream::End::max_age:
      return {1000, reason};
    case stream::End::stream_removed:
    case stream::End::drain:
      return {1001, reason};
    case stream::End::expired:
      return {1008, reason};
    // Registered at IANA after RFC 6455: service restart, try again later.
    case stream::End::stream_changed:
    case stream::End::recheck:
      return {1012, reason};
    case stream::End::slow:
      return {1013, reason};
  }
  return {};
}

WebSocketCursor::WebSocketCursor(std::unique_ptr<stream::Cursor> stream) : stream_(std::move(stream)) {}
WebSocketCursor::~WebSocketCursor() = default;

std::string_view WebSocketCursor::due() {
  own_due_ = !own_.empty() && (own_begun_ || stream_->at_border());
  if (own_due_) return own_;
  if (closing_ && own_.empty()) return {};
  const auto due = stream_->due();
  if (!due.empty()) return due;
  if (stream_->end() != stream::End::none) close(close_of(stream_->end()));
  own_due_ = true;
  return own_;
}

void WebSocketCursor::sent(std::size_t count, std::int64_t now_ms) {
  if (!own_due_) return stream_->sent(count, now_ms);
  own_.erase(0, count);
  own_begun_ = !own_.empty();
}

bool WebSocketCursor::hear(std::string_view bytes, std::int64_t now_ms) {
  if (deaf_ || heard_close_) return false;
  const bool silent = own_.empty();
  if (!frames_) frames_ = std::make_unique<WebSocketFrames>();
  frames_->take(bytes);
  while (!deaf_ && !heard_close_) {
    const auto frame = frames_->next();
    if (!frame) {
      fail(frame.error());
    } else if (!*frame) {
      break;
    } else if (too_many_frames(now_ms)) {
      fail(too_many);
    } else {
      answer(**frame);
    }
  }
  if (deaf_ || heard_close_ || frames_->between_frames()) frames_.reset();
  return heard_close_ || (silent && !own_.empty());
}

void WebSocketCursor::answer(const WebSocketFrames::Frame& frame) {
  using Kind = WebSocketFrames::Frame::Kind;
  switch (frame.kind) {
    case Kind::data:
      // A large one is not waited for.
      frame.length > large_message ? fail(too_large) : close(speaks);
      break;
    case Kind::ping:
      if (!closing_) own_.append(pong_frame(frame.payload));
      break;
    case Kind::pong:
      break;
    case Kind::close: {
      const auto why = read_close(frame.payload);
      if (!why) return fail(why.error());
      heard_close_ = true;
      close({why->code, {}});  // RFC 6455 5.5.1: the code comes back
      break;
    }
  }
}

bool WebSocketCursor::too_many_frames(std::int64_t now_ms) {
  if (std::exchange(second_, now_ms / 1000) != now_ms / 1000) frames_this_second_ = 0;
  return ++frames_this_second_ > most_frames_a_second;
}

bool WebSocketCursor::abuses() const {
  return own_.size() > most_unsent;
}

void WebSocketCursor::ping() {
  if (!closing_) own_.append(ping_frame());
}

void WebSocketCursor::close(const WebSocketClose& why) {
  if (std::exchange(closing_, true)) return;
  own_.append(close_frame(why));
}

void WebSocketCursor::fail(const WebSocketClose& why) {
  deaf_ = true;
  close(why);
}

}  // namespace sluice::http
