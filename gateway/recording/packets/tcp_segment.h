#pragma once

#include <array>
#include <compare>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::recording {

/// One end of a TCP connection.
struct Endpoint {
  std::array<std::uint8_t, 16> address{};  // IPv6; IPv4 as ::ffff:a.b.c.d (RFC 4291, 2.5.5.2)
  std::uint16_t port = 0;

  friend auto operator<=>(const Endpoint&, const Endpoint&) = default;
};

/// One TCP segment (RFC 9293, 3.1) as a capture holds it. Never an owner.
struct TcpSegment {
  Endpoint from;
  Endpoint to;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;  // with ack
  bool syn = false;
  bool ack = false;
  bool fin = false;
  bool reset = false;
  std::string_view payload;  // as far as the capture's snapshot length let it in
};

/// What a captured frame is.
enum class FrameKind : std::uint8_t {
  tcp,
  other,     // another protocol: ARP, UDP, ...
  fragment,  // of an IP packet with TCP in it (RFC 791, 3.2; RFC 8200, 4.5)
  malformed  // a header is cut or contradicts itself
};

/// Whether frames of that link type (a DLT_ number of libpcap) are understood: Ethernet, BSD loopback, Linux cooked
/// capture, raw IP.
bool is_known_link(int link);

/// Reads the frame's headers, VLAN tags and IPv6 extension headers included; fills `segment` when it is TCP.
FrameKind read_frame(int link, std::string_view frame, TcpSegment& segment);

}  // namespace sluice::recording
