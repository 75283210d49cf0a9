#include "http/websocket_frames.h"

#include <wslay/wslay.h>

#include <algorithm>
#include <cstring>
#include <utility>

#include "base/text.h"

namespace sluice::http {
namespace {

constexpr std::size_t longest_control = 125;

std::string control_frame(std::uint8_t opcode, std::string_view payload) {
  constexpr unsigned final_fragment = 0x80;
  payload = payload.substr(0, longest_control);
  std::string frame;
  frame.reserve(2 + payload.size());
  frame.push_back(static_cast<char>(final_fragment | opcode));
  frame.push_back(static_cast<char>(payload.size()));
  return frame.append(payload);
}

tl::unexpected<WebSocketClose> protocol_error(std::string_view reason) {
  return tl::unexpected<WebSocketClose>({WSLAY_CODE_PROTOCOL_ERROR, reason});
}

// RFC 6455 5.2: bytes of a client's frame before its payload.
std::uint64_t header_bytes(std::uint64_t payload) {
  constexpr std::uint64_t shortest = 2 + 4;
  return shortest + (payload > 0xffff ? 8 : payload > 125 ? 2 : 0);
}

}  // namespace

std::string pong_frame(std::string_view payload) {
  return control_frame(WSLAY_PONG, payload);
}

std::string ping_frame() {
  return control_frame(WSLAY_PING, {});
}

std::string close_frame(const WebSocketClose& why) {
  std::string payload;
  if (why.code != 0) {
    payload.push_back(static_cast<char>(why.code >> 8));
    payload.push_back(static_cast<char>(why.code & 0xff));
    payload.append(why.reason);
  }
  return control_frame(WSLAY_CONNECTION_CLOSE, payload);
}

struct WebSocketFrames::Reader {
  wslay_frame_context_ptr context = nullptr;
  std::string_view waiting;   // taken, not yet read
  std::uint64_t begun = 0;    // bytes read that belong to no whole frame yet
  std::uint64_t got = 0;      // payload of the current frame
  bool in_frame = false;      // a piece of its payload has come
  bool message_open = false;  // its last fragment has not
  std::string payload;        // of the current control frame

  static ssize_t give(std::uint8_t* into, std::size_t room, int, void* self) {
    auto& reader = *static_cast<Reader*>(self);
    const auto count = std::min(room, reader.waiting.size());
    if (count == 0) return -1;
    std::memcpy(into, reader.waiting.data(), count);
    reader.waiting.remove_prefix(count);
    reader.begun += count;
    return static_cast<ssize_t>(count);
  }
};

WebSocketFrames::WebSocketFrames() : reader_(std::make_unique<Reader>()) {
  const wslay_frame_callbacks callbacks{nullptr, &Reader::give, nullptr};
  wslay_frame_context_init(&reader_->context, &callbacks, reader_.get());
}

WebSocketFrames::~WebSocketFrames() {
  wslay_frame_context_free(reader_->context);
}

void WebSocketFrames::take(std::string_view bytes) {
  reader_->waiting = bytes;
}

bool WebSocketFrames::between_frames() const {
  return reader_->waiting.empty() && reader_->begun == 0;
}

Expected<std::optional<WebSocketFrames::Frame>, WebSocketClose> WebSocketFrames::next() {
  using Kind = Frame::Kind;
  auto& reader = *reader_;
  for (;;) {
    wslay_frame_iocb piece{};
    const auto count = wslay_frame_recv(reader.context, &piece);
    if (count == WSLAY_ERR_WANT_READ) return std::nullopt;
    if (count < 0) return protocol_error("a frame that is none");
    if (piece.mask == 0) return protocol_error("a frame without a mask");  // RFC 6455 5.1
    if (piece.rsv != 0) return protocol_error("a reserved bit");           // 5.2: no extension was agreed on
    const bool first = !std::exchange(reader.in_frame, true);
    reader.got += piece.data_length;
    const bool last = reader.got == piece.payload_length;
    if (last) {
      reader.begun -= header_bytes(piece.payload_length) + piece.payload_length;
      reader.got = 0;
      reader.in_frame = false;
    }
    if (piece.opcode <= WSLAY_BINARY_FRAME) {
      if (!first) continue;
      // 5.4
      const bool goes_on = piece.opcode == WSLAY_CONTINUATION_FRAME;
      if (goes_on != reader.message_open) return protocol_error("a fragment out of order");
      reader.message_open = piece.fin == 0;
      return Frame{Kind::data, piece.payload_length, {}};
    }
    if (piece.opcode < WSLAY_CONNECTION_CLOSE || piece.opcode > WSLAY_PONG) return protocol_error("an unknown opcode");
    if (piece.data_length > 0) {
      reader.payload.append(reinterpret_cast<const char*>(piece.data), piece.data_length);
    }
    if (!last) continue;
    const auto kind = piece.opcode == WSLAY_PING ? Kind::ping : piece.opcode == WSLAY_PONG ? Kind::pong : Kind::close;
    return Frame{kind, piece.payload_length, std::exchange(reader.payload, {})};
  }
}

Expected<WebSocketClose, WebSocketClose> read_close(std::string_view payload) {
  if (payload.empty()) return WebSocketClose{};
  if (payload.size() == 1) return protocol_error("half a close code");
  const auto code =
      static_cast<std::uint16_t>(static_cast<unsigned char>(payload[0]) << 8 | static_cast<unsigned char>(payload[1]));
  // RFC 6455 7.4, and the codes registered since: 1004, 1005, 1006 and 1015 are never sent.
  const bool known = (code >= 1000 && code <= 1003) || (code >= 1007 && code <= 1014);
  if (!known && (code < 3000 || code > 4999)) return protocol_error("a close code that must not be sent");
  payload.remove_prefix(2);
  if (!is_utf8(payload)) {
    return tl::unexpected<WebSocketClose>({WSLAY_CODE_INVALID_FRAME_PAYLOAD_DATA, "a reason that is no UTF-8"});
  }
  return WebSocketClose{code, payload};
}

}  // namespace sluice::http
