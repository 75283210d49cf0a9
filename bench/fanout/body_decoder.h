#pragma once

#include <cstddef>
#include <cstdint>

namespace sluice::bench {

enum class Framing : std::uint8_t { plain, chunked, websocket };

/// The framing of a server's bytes, taken off in place: HTTP/1.1 chunks (RFC 9112 7.1) or WebSocket frames
/// (RFC 6455 5.2); what is left is the stream of events or MQTT packets.
///
/// Bytes may be cut anywhere between two calls.
class BodyDecoder {
 public:
  explicit BodyDecoder(Framing framing = Framing::plain) : framing_(framing) {}

  /// Moves the content of bytes[0, size) to the front of `bytes`; the result is its size.
  std::size_t decode(char* bytes, std::size_t size);

  /// True after the last chunk, a close frame, or bytes that are no such framing.
  [[nodiscard]] bool ended() const { return ended_; }

 private:
  enum class Part : std::uint8_t { head, extension, content, trailer };

  std::size_t decode_chunks(char* bytes, std::size_t size);
  std::size_t decode_frames(char* bytes, std::size_t size);
  std::size_t take_content(char* bytes, std::size_t size, std::size_t& at, std::size_t kept);

  Framing framing_;
  Part part_ = Part::head;
  bool ended_ = false;
  bool control_frame_ = false;
  std::uint8_t head_size_ = 0;
  unsigned char head_[10] = {};
  std::uint64_t content_left_ = 0;
};

}  // namespace sluice::bench
