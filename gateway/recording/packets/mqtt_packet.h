#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "message/properties.h"

namespace sluice::recording {

/// The MQTT control packets by their numbers (MQTT 5, 2.1.2).
enum class PacketType : std::uint8_t {
  connect = 1,
  connack,
  publish,
  puback,
  pubrec,
  pubrel,
  pubcomp,
  subscribe,
  suback,
  unsubscribe,
  unsuback,
  pingreq,
  pingresp,
  disconnect,
  auth
};

/// The protocol level that CONNECT names: 3 is MQTT 3.1, 4 is 3.1.1, 5 is 5.
enum class Level : std::uint8_t { unknown = 0, mqtt_31 = 3, mqtt_311 = 4, mqtt_5 = 5 };

/// How every packet begins (2.1).
struct FixedHeader {
  PacketType type = PacketType::connect;
  std::uint8_t flags = 0;
  std::uint8_t size = 0;     // of the header itself
  std::uint32_t length = 0;  // of what follows it
};

/// What can be said of bytes as a packet's beginning: it cannot be one, more must come first, it is one as far as seen.
enum class Fit : std::uint8_t { no, more, yes };

/// Reads a fixed header; `no` for a type, flags or length that the standard does not know.
Fit read_fixed_header(std::string_view bytes, FixedHeader& header);

/// One PUBLISH packet (3.3). Never an owner, but of its properties.
struct PublishPacket {
  std::string_view topic;  // "" where an alias stands for it
  std::uint8_t qos = 0;
  bool dup = false;
  bool retain = false;
  std::uint16_t id = 0;     // 0 with QoS 0
  std::uint16_t alias = 0;  // 0: none
  std::optional<message::Properties> properties;
  std::string_view payload;
};

/// Reads the variable header and payload of a PUBLISH; false when the packet is malformed.
bool read_publish(const FixedHeader& header, std::string_view body, bool with_properties, PublishPacket& packet);
/// Whether a PUBLISH of a connection whose level nobody knows has properties: true when what follows its topic are
/// properties from the first byte to the last, which no text can be and only few other payloads are.
bool has_properties(const FixedHeader& header, std::string_view body);

/// The level that the body of a CONNECT names (3.1.2.2); `unknown` when it is none.
Level read_level(std::string_view connect_body);

/// Whether `bytes` can begin with a packet, judged by all that the standard says of its first fields: for finding a
/// packet where the stream's framing is lost. `more` for at most 8 KiB.
Fit fits_packet(std::string_view bytes, Level level);

}  // namespace sluice::recording
