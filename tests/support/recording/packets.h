#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::recording::test {

/// `bytes` low bytes of a number, in network order.
inline std::string big(std::uint64_t number, int bytes) {
  std::string out;
  for (int i = bytes - 1; i >= 0; --i) out.push_back(static_cast<char>(number >> (8 * i) & 0xFF));
  return out;
}

inline std::string with_length(std::string_view text) {
  return big(text.size(), 2) + std::string(text);
}

// MQTT control packets.

inline std::string packet(int first_byte, std::string_view body) {
  std::string out(1, static_cast<char>(first_byte));
  auto rest = body.size();
  do {
    out.push_back(static_cast<char>((rest & 0x7F) | (rest > 127 ? 0x80U : 0U)));
    rest >>= 7;
  } while (rest > 0);
  return out + std::string(body);
}

inline std::string connect(int level = 4) {
  return packet(0x10, with_length("MQTT") + big(static_cast<std::uint64_t>(level), 1) + big(2, 1) + big(60, 2) +
                          (level == 5 ? big(0, 1) : "") + with_length("me"));
}

struct Extra {
  int qos = 0;
  bool retain = false;
  bool dup = false;
  int id = 1;                    // with QoS 1 and 2
  std::string properties = "-";  // of MQTT 5, without their length; "-": this is no MQTT 5
};

inline std::string publish(std::string_view topic, std::string_view payload, const Extra& extra = {}) {
  std::string body = with_length(topic);
  if (extra.qos > 0) body += big(static_cast<std::uint64_t>(extra.id), 2);
  if (extra.properties != "-") body += big(extra.properties.size(), 1) + extra.properties;
  return packet(0x30 | (extra.dup ? 8 : 0) | extra.qos << 1 | (extra.retain ? 1 : 0), body + std::string(payload));
}

/// A WebSocket frame of binary data.
inline std::string frame(std::string_view payload, bool masked, int first_byte = 0x82) {
  const std::string mask = "\x11\x22\x33\x44";
  std::string out = big(static_cast<std::uint64_t>(first_byte), 1);
  const std::uint64_t mask_bit = masked ? 0x80 : 0;
  out += payload.size() < 126 ? big(payload.size() | mask_bit, 1) : big(126 | mask_bit, 1) + big(payload.size(), 2);
  if (!masked) return out + std::string(payload);
  out += mask;
  for (std::size_t i = 0; i < payload.size(); ++i) out.push_back(static_cast<char>(payload[i] ^ mask[i % 4]));
  return out;
}

/// A pcap file in the making.
class Pcap {
 public:
  explicit Pcap(std::uint32_t link = 1) {
    bytes_ = big(0xA1B2C3D4, 4) + big(2, 2) + big(4, 2) + big(0, 8) + big(262'144, 4) + big(link, 4);
  }
  /// A second after the one before it.
  void add(std::string_view frame, std::size_t original = 0) {
    bytes_ += big(1'700'000'000 + count_++, 4) + big(0, 4) + big(frame.size(), 4) +
              big(original == 0 ? frame.size() : original, 4) + std::string(frame);
  }
  const std::string& bytes() const { return bytes_; }

 private:
  std::string bytes_;
  std::uint64_t count_ = 0;
};

struct Segment {
  int from = 40'000;  // ports; the addresses are 10.0.0.<port's last digit + 1>
  int to = 1883;
  std::uint32_t sequence = 0;
  std::uint32_t acknowledged = 0;
  int flags = 0x18;  // PSH, ACK
};

constexpr int syn = 0x02;
constexpr int syn_ack = 0x12;

inline std::string tcp(const Segment& segment, std::string_view payload) {
  return big(static_cast<std::uint64_t>(segment.from), 2) + big(static_cast<std::uint64_t>(segment.to), 2) +
         big(segment.sequence, 4) + big(segment.acknowledged, 4) + big(0x50, 1) +
         big(static_cast<std::uint64_t>(segment.flags), 1) + big(65535, 2) + big(0, 4) + std::string(payload);
}

inline std::string ipv4(const Segment& segment, std::string_view payload, int fragment = 0x4000) {
  const auto inner = tcp(segment, payload);
  const auto address = [](int port) { return big(0x0A000001 + static_cast<std::uint64_t>(port % 10), 4); };
  return big(0x45, 1) + big(0, 1) + big(20 + inner.size(), 2) + big(0, 2) +
         big(static_cast<std::uint64_t>(fragment), 2) + big(64, 1) + big(6, 1) + big(0, 2) + address(segment.from) +
         address(segment.to) + inner;
}

inline std::string ipv6(const Segment& segment, std::string_view payload) {
  const auto inner = tcp(segment, payload);
  return big(0x60000000, 4) + big(inner.size() + 8, 2) + big(60, 1) + big(64, 1) + std::string(15, '\xFE') + "\x01" +
         std::string(15, '\xFE') + "\x02" + big(6, 1) + big(0, 1) + big(0, 6) + inner;
}

inline std::string ethernet(std::string_view packet, int type = 0x0800) {
  return std::string(12, '\0') + big(static_cast<std::uint64_t>(type), 2) + std::string(packet);
}

/// One TCP connection between a client and a broker, written into a capture segment by segment.
class Talk {
 public:
  explicit Talk(Pcap& pcap, int client = 40'000, int broker = 1883, std::uint32_t first = 1000)
      : pcap_(pcap), ports_{client, broker}, next_{first, first + 5000} {}

  Talk& open() {
    pcap_.add(ethernet(ipv4({ports_[0], ports_[1], next_[0] - 1, 0, syn}, "")));
    pcap_.add(ethernet(ipv4({ports_[1], ports_[0], next_[1] - 1, next_[0], syn_ack}, "")));
    return *this;
  }
  Talk& client(std::string_view bytes) { return say(0, bytes); }
  Talk& broker(std::string_view bytes) { return say(1, bytes); }
  /// What the capture misses.
  Talk& client_unseen(std::string_view bytes) {
    next_[0] += static_cast<std::uint32_t>(bytes.size());
    return *this;
  }
  Talk& broker_acknowledges() { return broker(""); }
  /// A segment of the client out of turn: so many bytes before or after the next one.
  Talk& client_at(int offset, std::string_view bytes) {
    pcap_.add(ethernet(ipv4({ports_[0], ports_[1], next_[0] + static_cast<std::uint32_t>(offset), next_[1]}, bytes)));
    return *this;
  }

 private:
  Talk& say(std::size_t side, std::string_view bytes) {
    pcap_.add(ethernet(ipv4({ports_[side], ports_[1 - side], next_[side], next_[1 - side]}, bytes)));
    next_[side] += static_cast<std::uint32_t>(bytes.size());
    return *this;
  }

  Pcap& pcap_;
  int ports_[2];
  std::uint32_t next_[2];
};

}  // namespace sluice::recording::test
