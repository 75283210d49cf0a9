#include "recording/packets/tcp_segment.h"

#include <algorithm>

#include "recording/packets/byte_reader.h"

namespace sluice::recording {
namespace {

// Numbers of libpcap's DLT_ constants, which its header keeps for ever (pcap-linktype(7)).
constexpr int link_null = 0;
constexpr int link_ethernet = 1;
constexpr int link_raw = 12;
constexpr int link_loop = 108;
constexpr int link_cooked = 113;
constexpr int link_ipv4 = 228;
constexpr int link_ipv6 = 229;
constexpr int link_cooked_2 = 276;

constexpr std::uint16_t type_ipv4 = 0x0800;
constexpr std::uint16_t type_ipv6 = 0x86DD;
constexpr std::uint8_t protocol_tcp = 6;

bool is_vlan(std::uint16_t type) {
  return type == 0x8100 || type == 0x88A8 || type == 0x9100;  // IEEE 802.1Q, 802.1ad, and what came before it
}

/// The EtherType after up to four VLAN tags.
std::uint16_t inner_type(ByteReader& frame, std::uint16_t type) {
  for (int tags = 0; tags < 4 && is_vlan(type); ++tags) {
    frame.take(2);
    type = frame.u16();
  }
  return type;
}

/// The EtherType that the version of a bare IP packet stands for.
std::uint16_t type_of_ip(const ByteReader& frame) {
  const int version = frame.rest().empty() ? 0 : static_cast<std::uint8_t>(frame.rest()[0]) >> 4;
  return version == 4 ? type_ipv4 : version == 6 ? type_ipv6 : std::uint16_t{0};
}

/// Takes the link's header off the frame; gives the EtherType of what follows, 0 for anything without one.
std::uint16_t take_link_header(int link, ByteReader& frame) {
  switch (link) {
    case link_ethernet:
      frame.take(12);
      return inner_type(frame, frame.u16());
    case link_cooked:
      frame.take(14);
      return inner_type(frame, frame.u16());
    case link_cooked_2: {
      const auto type = frame.u16();
      frame.take(18);
      return inner_type(frame, type);
    }
    case link_null:  // an address family in the byte order and with the numbers of the system that captured
    case link_loop:
      frame.take(4);
      return type_of_ip(frame);
    default:
      return type_of_ip(frame);
  }
}

FrameKind read_tcp(std::string_view packet, TcpSegment& segment) {
  ByteReader header(packet);
  segment.from.port = header.u16();
  segment.to.port = header.u16();
  segment.sequence = header.u32();
  segment.acknowledged = header.u32();
  const std::size_t size = std::size_t{header.u8()} >> 4 << 2;
  const auto flags = header.u8();
  if (!header.ok() || size < 20 || size > packet.size()) return FrameKind::malformed;
  segment.fin = (flags & 0x01) != 0;
  segment.syn = (flags & 0x02) != 0;
  segment.reset = (flags & 0x04) != 0;
  segment.ack = (flags & 0x10) != 0;
  segment.payload = packet.substr(size);
  return FrameKind::tcp;
}

void set_ipv4(Endpoint& endpoint, std::string_view address) {
  endpoint.address = {};
  endpoint.address[10] = endpoint.address[11] = 0xFF;
  std::copy(address.begin(), address.end(), endpoint.address.begin() + 12);
}

FrameKind read_ipv4(std::string_view packet, TcpSegment& segment) {
  ByteReader header(packet);
  const auto first = header.u8();
  header.u8();
  std::size_t total = header.u16();
  header.u16();
  const auto fragment = header.u16();
  header.u8();
  const auto protocol = header.u8();
  header.u16();
  const auto from = header.take(4);
  const auto to = header.take(4);
  const std::size_t size = std::size_t{first & 15U} * 4;
  if (total == 0) total = packet.size();  // the network card cuts it into segments only after the capture
  if (!header.ok() || first >> 4 != 4 || size < 20 || size > packet.size() || total < size) return FrameKind::malformed;
  if (protocol != protocol_tcp) return FrameKind::other;
  if ((fragment & 0x3FFF) != 0) return FrameKind::fragment;
  set_ipv4(segment.from, from);
  set_ipv4(segment.to, to);
  return read_tcp(packet.substr(0, total).substr(size), segment);
}

/// Skips extension headers (RFC 8200, 4); `protocol` becomes that of what follows them.
FrameKind skip_extensions(ByteReader& packet, std::uint8_t& protocol) {
  bool fragment = false;
  for (int headers = 0; headers < 8; ++headers) {
    if (protocol != 0 && protocol != 43 && protocol != 44 && protocol != 51 && protocol != 60) break;
    const auto kind = protocol;
    protocol = packet.u8();
    const std::size_t length = packet.u8();
    if (kind == 44) {
      fragment = fragment || (packet.u16() & 0xFFF9) != 0;  // neither an offset nor more to come: a whole packet
      packet.take(4);
    } else {
      packet.take(kind == 51 ? length * 4 + 6 : length * 8 + 6);
    }
  }
  if (!packet.ok()) return FrameKind::malformed;
  if (protocol != protocol_tcp) return FrameKind::other;
  return fragment ? FrameKind::fragment : FrameKind::tcp;
}

FrameKind read_ipv6(std::string_view packet, TcpSegment& segment) {
  ByteReader header(packet);
  const auto version = header.u32() >> 28;
  std::size_t length = header.u16();
  auto protocol = header.u8();
  header.u8();
  const auto from = header.take(16);
  const auto to = header.take(16);
  if (!header.ok() || version != 6) return FrameKind::malformed;
  if (length == 0) length = header.rest().size();
  ByteReader inner(header.rest().substr(0, length));
  const auto kind = skip_extensions(inner, protocol);
  if (kind != FrameKind::tcp) return kind;
  std::copy(from.begin(), from.end(), segment.from.address.begin());
  std::copy(to.begin(), to.end(), segment.to.address.begin());
  return read_tcp(inner.rest(), segment);
}

}  // namespace

bool is_known_link(int link) {
  static constexpr std::array known{link_null,   link_ethernet, link_raw,  link_loop,
                                    link_cooked, link_ipv4,     link_ipv6, link_cooked_2};
  return std::find(known.begin(), known.end(), link) != known.end();
}

FrameKind read_frame(int link, std::string_view frame, TcpSegment& segment) {
  ByteReader reader(frame);
  const auto type = take_link_header(link, reader);
  if (!reader.ok()) return FrameKind::malformed;
  if (type == type_ipv4) return read_ipv4(reader.rest(), segment);
  if (type == type_ipv6) return read_ipv6(reader.rest(), segment);
  return FrameKind::other;
}

}  // namespace sluice::recording
