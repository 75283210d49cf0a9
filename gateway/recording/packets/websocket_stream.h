#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "recording/packets/byte_sink.h"

namespace sluice::recording {

/// The header of a WebSocket frame (RFC 6455, 5.2).
struct FrameHeader {
  std::uint8_t opcode = 0;
  bool compressed = false;  // RSV1, as permessage-deflate has it (RFC 7692, 6)
  bool masked = false;
  std::array<std::uint8_t, 4> mask{};
  std::uint64_t length = 0;  // of the payload
  std::uint8_t size = 0;     // of the header itself
};

/// Reads a frame's header from the front of `bytes`. Nullopt: more bytes must come first, or, when `malformed` is set,
/// no frame begins so.
std::optional<FrameHeader> read_frame_header(std::string_view bytes, bool& malformed);

/// True when `bytes` are frames from the first byte on, the last one perhaps cut.
bool are_frames(std::string_view bytes);

/// What one direction of a WebSocket connection carries: the payload of its data frames (MQTT 5, 6: where frames and
/// packets end has nothing to do with each other), unmasked; pings, pongs and closes are skipped.
///
/// A hole within a frame's payload is a hole of as many bytes in what it carries; after any other the next frame is
/// looked for where a segment begins. Memory: a frame's header.
class WebSocketStream final : public ByteSink {
 public:
  /// `carried` must outlive this.
  explicit WebSocketStream(ByteSink& carried) : carried_(carried) {}

  void take(std::string_view bytes) override;
  void lost(std::uint64_t bytes) override;
  /// True once a frame was compressed: nothing of it can be read.
  bool compressed() const { return compressed_; }
  /// True once a frame was masked: this is the direction from the client (5.1).
  bool masked() const { return masked_; }

 private:
  void take_payload(std::string_view& bytes);
  bool begin_frame(std::string_view& bytes);

  ByteSink& carried_;
  std::string head_;   // of a frame's header that is not whole yet
  FrameHeader frame_;  // the one whose payload is being read
  std::uint64_t left_ = 0;
  std::uint64_t mask_at_ = 0;  // bytes of the payload read so far
  bool in_step_ = true;
  bool compressed_ = false;
  bool masked_ = false;
  std::string unmasked_;  // kept for its memory
};

}  // namespace sluice::recording
