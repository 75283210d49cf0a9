#include "recording/packets/websocket_stream.h"

#include <algorithm>

#include "recording/packets/byte_reader.h"

namespace sluice::recording {
namespace {

constexpr std::size_t longest_header = 14;

bool is_data(std::uint8_t opcode) {
  return opcode <= 2;
}

}  // namespace

std::optional<FrameHeader> read_frame_header(std::string_view bytes, bool& malformed) {
  malformed = false;
  ByteReader reader(bytes.substr(0, longest_header));
  FrameHeader header;
  const auto first = reader.u8();
  const auto second = reader.u8();
  if (!reader.ok()) return std::nullopt;
  header.opcode = first & 0x0F;
  header.compressed = (first & 0x40) != 0;
  header.masked = (second & 0x80) != 0;
  header.length = second & 0x7F;
  const bool control = (header.opcode & 8) != 0;
  malformed =
      (first & 0x30) != 0 || (header.opcode & 7) > 2 || (control && ((first & 0xC0) != 0x80 || header.length > 125));
  if (malformed) return std::nullopt;
  const auto short_length = header.length;
  if (short_length == 126) header.length = reader.u16();
  if (short_length == 127) header.length = reader.u64();
  if (header.masked) {
    for (auto& byte : header.mask) byte = reader.u8();
  }
  if (!reader.ok()) return std::nullopt;
  // A length stands in as few bytes as it can (5.2).
  malformed = (short_length == 126 && header.length < 126) ||
              (short_length == 127 && (header.length < 65536 || header.length >> 63 != 0));
  if (malformed) return std::nullopt;
  header.size = static_cast<std::uint8_t>(std::min(longest_header, bytes.size()) - reader.rest().size());
  return header;
}

bool are_frames(std::string_view bytes) {
  bool malformed = false;
  bool any = false;
  while (!bytes.empty()) {
    const auto header = read_frame_header(bytes, malformed);
    if (!header) return any && !malformed;
    if (header->compressed) return false;
    any = true;
    const auto there = bytes.size() - header->size;
    bytes.remove_prefix(header->size + static_cast<std::size_t>(std::min<std::uint64_t>(there, header->length)));
  }
  return any;
}

void WebSocketStream::take(std::string_view bytes) {
  if (!in_step_) {
    if (!are_frames(bytes)) return;
    in_step_ = true;
  }
  while (!bytes.empty() && !compressed_) {
    if (left_ > 0) {
      take_payload(bytes);
    } else if (!begin_frame(bytes)) {
      return;
    }
  }
}

bool WebSocketStream::begin_frame(std::string_view& bytes) {
  const auto held = head_.size();
  head_.append(bytes.substr(0, longest_header - held));
  bool malformed = false;
  const auto header = read_frame_header(head_, malformed);
  if (!header && !malformed) {
    bytes = {};
    return false;
  }
  head_.clear();
  if (malformed) {
    in_step_ = false;
    carried_.lost(unknown);
    return false;
  }
  bytes.remove_prefix(header->size - held);
  frame_ = *header;
  left_ = frame_.length;
  mask_at_ = 0;
  masked_ = masked_ || frame_.masked;
  compressed_ = compressed_ || frame_.compressed;
  return true;
}

void WebSocketStream::take_payload(std::string_view& bytes) {
  const auto part = bytes.substr(0, static_cast<std::size_t>(std::min<std::uint64_t>(left_, bytes.size())));
  bytes.remove_prefix(part.size());
  left_ -= part.size();
  if (!is_data(frame_.opcode)) return;
  if (!frame_.masked) {
    carried_.take(part);
    return;
  }
  unmasked_.assign(part);
  for (auto& c : unmasked_) c = static_cast<char>(static_cast<std::uint8_t>(c) ^ frame_.mask[mask_at_++ % 4]);
  carried_.take(unmasked_);
}

void WebSocketStream::lost(std::uint64_t bytes) {
  if (compressed_) return;
  if (in_step_ && bytes <= left_) {
    left_ -= bytes;
    mask_at_ += bytes;
    if (is_data(frame_.opcode)) carried_.lost(bytes);
    return;
  }
  head_.clear();
  left_ = 0;
  in_step_ = false;
  carried_.lost(unknown);
}

}  // namespace sluice::recording
