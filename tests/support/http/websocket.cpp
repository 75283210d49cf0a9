#include "support/http/websocket.h"

#include <gtest/gtest.h>

namespace sluice::http {
namespace {

constexpr std::string_view mask = "\x12\x34\x56\x78";

void append_big_endian(std::string& out, std::uint64_t number, unsigned bytes) {
  while (bytes > 0) out.push_back(static_cast<char>(number >> (8 * --bytes) & 0xff));
}

std::uint64_t big_endian(std::string_view bytes) {
  std::uint64_t number = 0;
  for (const char byte : bytes) number = number << 8 | static_cast<unsigned char>(byte);
  return number;
}

}  // namespace

std::string WireFrame::bytes() const {
  std::string out;
  out.push_back(static_cast<char>((fin ? 0x80U : 0U) | reserved << 4 | opcode));
  const unsigned mask_bit = masked ? 0x80 : 0;
  if (payload.size() < 126) {
    out.push_back(static_cast<char>(mask_bit | payload.size()));
  } else if (payload.size() < 65536) {
    out.push_back(static_cast<char>(mask_bit | 126));
    append_big_endian(out, payload.size(), 2);
  } else {
    out.push_back(static_cast<char>(mask_bit | 127));
    append_big_endian(out, payload.size(), 8);
  }
  if (!masked) return out + payload;
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

std::string masked_frame(unsigned opcode, std::string_view payload) {
  WireFrame frame;
  frame.opcode = opcode;
  frame.payload = payload;
  return frame.bytes();
}

std::string close_payload(unsigned code, std::string_view reason) {
  std::string payload;
  append_big_endian(payload, code, 2);
  return payload.append(reason);
}

std::vector<WireFrame> read_frames(std::string_view bytes) {
  std::vector<WireFrame> frames;
  while (bytes.size() >= 2) {
    const auto first = static_cast<unsigned char>(bytes[0]);
    const auto second = static_cast<unsigned char>(bytes[1]);
    EXPECT_EQ(first & 0x70, 0) << "a reserved bit";
    EXPECT_EQ(second & 0x80, 0) << "a server's frame has no mask";
    const std::size_t extended = second == 127 ? 8 : second == 126 ? 2 : 0;
    if (bytes.size() < 2 + extended) break;
    const auto length = extended == 0 ? second : big_endian(bytes.substr(2, extended));
    if (bytes.size() - 2 - extended < length) break;
    WireFrame frame;
    frame.opcode = first & 15U;
    frame.fin = (first & 0x80) != 0;
    frame.masked = false;
    frame.payload = bytes.substr(2 + extended, length);
    frames.push_back(std::move(frame));
    bytes.remove_prefix(2 + extended + length);
  }
  return frames;
}

std::string upgrade_request(std::string_view path, std::string_view more_headers) {
  return "GET " + std::string(path) +
         " HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
         "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\n" +
         std::string(more_headers) + "\r\n";
}

}  // namespace sluice::http
