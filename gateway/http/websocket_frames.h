#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::http {

/// Why a WebSocket is closed: a code of RFC 6455 7.4 and a few words, at most 123 bytes. No code (0): none was said.
struct WebSocketClose {
  std::uint16_t code = 0;
  std::string_view reason;
};

/// One control frame of ours, finished: its payload is at most 125 bytes (RFC 6455 5.5).
std::string pong_frame(std::string_view payload);
std::string ping_frame();
std::string close_frame(const WebSocketClose& why);

/// What a client sends, cut into frames (by wslay) and held against RFC 6455: masked, no reserved bit or opcode,
/// control frames whole and short, messages not one inside the other.
///
/// A client has no business sending messages: of those only the beginning is told, their bytes are skipped.
///
/// Threads: like an int.
class WebSocketFrames {
 public:
  WebSocketFrames();
  ~WebSocketFrames();
  WebSocketFrames(const WebSocketFrames&) = delete;
  WebSocketFrames& operator=(const WebSocketFrames&) = delete;

  struct Frame {
    enum class Kind : std::uint8_t { data, ping, pong, close };
    Kind kind = Kind::data;
    std::uint64_t length = 0;  // of the payload
    std::string payload;       // a control frame's
  };

  /// The client's next bytes. They stay where they are until next() has nothing more.
  void take(std::string_view bytes);
  /// The next frame: a control frame once it is whole, any other as soon as its first byte of payload is there. Error:
  /// what the client must not do, with 1002; nothing is to be asked after that.
  Expected<std::optional<Frame>, WebSocketClose> next();
  /// True when no frame has begun: this reader may be thrown away, and another one go on.
  bool between_frames() const;

 private:
  struct Reader;
  std::unique_ptr<Reader> reader_;
};

/// The close that a client's close frame speaks of. Error: a payload of one byte, a code that must not be sent (1002),
/// a reason that is no UTF-8 (1007).
Expected<WebSocketClose, WebSocketClose> read_close(std::string_view payload);

}  // namespace sluice::http
