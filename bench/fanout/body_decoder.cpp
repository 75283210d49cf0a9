#include "fanout/body_decoder.h"

#include <algorithm>
#include <cstring>

namespace sluice::bench {
namespace {

int hex_value(char c) {
  if (c >= '0' && c <= '9') return c - '0';
  if (c >= 'a' && c <= 'f') return c - 'a' + 10;
  if (c >= 'A' && c <= 'F') return c - 'A' + 10;
  return -1;
}

constexpr std::uint64_t largest_chunk = 1ULL << 32;

}  // namespace

std::size_t BodyDecoder::decode(char* bytes, std::size_t size) {
  if (ended_) return 0;
  switch (framing_) {
    case Framing::chunked:
      return decode_chunks(bytes, size);
    case Framing::websocket:
      return decode_frames(bytes, size);
    case Framing::plain:
      break;
  }
  return size;
}

std::size_t BodyDecoder::take_content(char* bytes, std::size_t size, std::size_t& at, std::size_t kept) {
  const auto part = static_cast<std::size_t>(std::min<std::uint64_t>(content_left_, size - at));
  if (!control_frame_) {
    if (kept != at) std::memmove(bytes + kept, bytes + at, part);
    kept += part;
  }
  at += part;
  content_left_ -= part;
  return kept;
}

std::size_t BodyDecoder::decode_chunks(char* bytes, std::size_t size) {
  std::size_t kept = 0;
  std::size_t at = 0;
  while (at < size && !ended_) {
    switch (part_) {
      case Part::head: {
        const char c = bytes[at++];
        if (const int digit = hex_value(c); digit >= 0) {
          content_left_ = content_left_ * 16 + static_cast<std::uint64_t>(digit);
          ended_ = content_left_ > largest_chunk;
        } else if (c == '\n') {
          part_ = Part::content;
          ended_ = content_left_ == 0;
        } else {
          part_ = Part::extension;
        }
        break;
      }
      case Part::extension:
        if (bytes[at++] == '\n') {
          part_ = Part::content;
          ended_ = content_left_ == 0;
        }
        break;
      case Part::content:
        kept = take_content(bytes, size, at, kept);
        if (content_left_ == 0) part_ = Part::trailer;
        break;
      case Part::trailer:
        if (bytes[at++] == '\n') part_ = Part::head;
        break;
    }
  }
  return kept;
}

std::size_t BodyDecoder::decode_frames(char* bytes, std::size_t size) {
  std::size_t kept = 0;
  std::size_t at = 0;
  while (at < size && !ended_) {
    if (part_ == Part::content) {
      kept = take_content(bytes, size, at, kept);
      if (content_left_ == 0) part_ = Part::head;
      continue;
    }
    head_[head_size_++] = static_cast<unsigned char>(bytes[at++]);
    if (head_size_ < 2) continue;
    const unsigned length = head_[1] & 0x7fU;
    const std::size_t extended = length == 126 ? 2 : length == 127 ? 8 : 0;
    if (head_size_ < 2 + extended) continue;
    content_left_ = extended == 0 ? length : 0;
    for (std::size_t i = 0; i < extended; ++i) content_left_ = content_left_ << 8U | head_[2 + i];
    const unsigned opcode = head_[0] & 0x0fU;
    control_frame_ = opcode >= 8;
    ended_ = opcode == 8 || (head_[1] & 0x80U) != 0;  // close, or masked: RFC 6455 5.1, a server must not mask
    head_size_ = 0;
    part_ = content_left_ == 0 ? Part::head : Part::content;
  }
  return kept;
}

}  // namespace sluice::bench
