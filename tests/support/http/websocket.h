#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::http {

/// One frame as it stands on the wire (RFC 6455 5.2), right or wrong.
struct WireFrame {
  unsigned opcode = 1;
  std::string payload{};
  bool fin = true;
  bool masked = true;
  unsigned reserved = 0;  // three bits

  std::string bytes() const;
};

inline constexpr unsigned text_opcode = 1;
inline constexpr unsigned close_opcode = 8;
inline constexpr unsigned ping_opcode = 9;
inline constexpr unsigned pong_opcode = 10;

/// A client's frame.
std::string masked_frame(unsigned opcode, std::string_view payload = "");
/// The payload of a close frame.
std::string close_payload(unsigned code, std::string_view reason = "");

/// The whole frames that `bytes` begin with; what a server sends. Fails the test for a masked or reserved one.
std::vector<WireFrame> read_frames(std::string_view bytes);

/// A handshake as a browser sends it.
std::string upgrade_request(std::string_view path, std::string_view more_headers = "");

}  // namespace sluice::http
