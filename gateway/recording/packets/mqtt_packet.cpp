#include "recording/packets/mqtt_packet.h"

#include <algorithm>

#include "base/text.h"
#include "message/topic_filter.h"
#include "recording/packets/byte_reader.h"

namespace sluice::recording {
namespace {

/// A Variable Byte Integer (1.5.5): at most four bytes.
std::uint32_t read_length(ByteReader& bytes) {
  std::uint32_t value = 0;
  for (unsigned shift = 0; shift < 28; shift += 7) {
    const auto byte = bytes.u8();
    value |= std::uint32_t{byte & 0x7FU} << shift;
    if ((byte & 0x80) == 0) return value;
  }
  bytes.fail();
  return 0;
}

std::string_view read_binary(ByteReader& bytes) {
  const auto size = bytes.u16();
  return bytes.take(size);
}

std::string_view read_utf8(ByteReader& bytes) {
  const auto text = read_binary(bytes);
  if (!is_utf8(text)) bytes.fail();
  return text;
}

/// The properties of a PUBLISH (3.3.2.3).
struct PublishProperties {
  message::Properties properties;
  std::uint16_t alias = 0;
};

bool read_property(ByteReader& bytes, PublishProperties& to) {
  switch (bytes.u8()) {
    case 0x01: {
      const auto is_utf8_payload = bytes.u8();
      to.properties.payload_is_utf8 = is_utf8_payload != 0;
      return bytes.ok() && is_utf8_payload <= 1;
    }
    case 0x02:
      to.properties.expiry_s = bytes.u32();
      break;
    case 0x03:
      to.properties.content_type = read_utf8(bytes);
      break;
    case 0x08:
      to.properties.response_topic = read_utf8(bytes);
      break;
    case 0x09:
      to.properties.correlation = read_binary(bytes);
      break;
    case 0x0B:
      read_length(bytes);  // a subscription's identifier is no part of the message
      break;
    case 0x23:
      to.alias = bytes.u16();
      return bytes.ok() && to.alias != 0;
    case 0x26: {
      const auto name = read_utf8(bytes);
      const auto value = read_utf8(bytes);
      to.properties.user.emplace_back(name, value);
      break;
    }
    default:
      return false;
  }
  return bytes.ok();
}

bool read_properties(ByteReader& body, PublishProperties& to) {
  const auto size = read_length(body);
  ByteReader bytes(body.take(size));
  if (!body.ok()) return false;
  while (!bytes.rest().empty()) {
    if (!read_property(bytes, to)) return false;
  }
  return true;
}

/// The part of a PUBLISH before its properties.
bool read_head(const FixedHeader& header, ByteReader& body, PublishPacket& packet) {
  packet.qos = header.flags >> 1 & 3;
  packet.dup = (header.flags & 8) != 0;
  packet.retain = (header.flags & 1) != 0;
  packet.topic = read_binary(body);
  packet.id = packet.qos == 0 ? std::uint16_t{0} : body.u16();
  return body.ok() && packet.qos < 3 && (packet.qos == 0 || packet.id != 0);
}

Fit yes_if(bool fits) {
  return fits ? Fit::yes : Fit::no;
}

/// A reason code of the acknowledgements (2.4): well below 0x20, or 0x80 to 0xA2.
bool is_reason(std::uint8_t code) {
  return code < 0x20 || (code >= 0x80 && code <= 0xA2);
}

bool fits_acknowledgement(ByteReader body, std::uint32_t length) {
  if (length > 1024 || body.u16() == 0) return false;
  if (length == 2) return true;
  if (!is_reason(body.u8())) return false;
  if (length == 3) return true;
  const auto properties = read_length(body);
  return body.ok() && properties == body.rest().size();
}

bool fits_connack(ByteReader body, std::uint32_t length, Level level) {
  if (length > 1024 || body.u8() > 1 || !is_reason(body.u8())) return false;
  if (length == 2) return level != Level::mqtt_5;
  const auto properties = read_length(body);
  return level != Level::mqtt_311 && body.ok() && properties == body.rest().size();
}

/// CONNECT: the protocol's name and level. What follows them may be long.
Fit fits_connect(const FixedHeader& header, std::string_view body) {
  constexpr std::size_t longest_head = 9;
  if (body.size() < longest_head && body.size() < header.length) return Fit::more;
  return yes_if(header.length <= (1U << 20) && read_level(body) != Level::unknown);
}

/// SUBSCRIBE and UNSUBSCRIBE: an identifier, in MQTT 5 properties, then filters, each with options in a SUBSCRIBE.
bool fits_subscription(ByteReader body, bool with_properties, bool with_options) {
  if (body.u16() == 0) return false;
  if (with_properties) body.take(read_length(body));
  int filters = 0;
  while (body.ok() && !body.rest().empty()) {
    const auto filter = read_binary(body);
    const auto options = with_options ? body.u8() : std::uint8_t{0};
    if (filter.empty() || !is_utf8(filter) || options > 0x2F || (options & 3) == 3) return false;
    ++filters;
  }
  return body.ok() && filters > 0;
}

/// SUBACK and UNSUBACK: an identifier, in MQTT 5 properties, then reason codes.
bool fits_suback(ByteReader body, bool with_properties) {
  if (body.u16() == 0) return false;
  if (with_properties) body.take(read_length(body));
  const auto codes = body.rest();
  return body.ok() && std::all_of(codes.begin(), codes.end(), [](char code) {
           const auto reason = static_cast<std::uint8_t>(code);
           return reason <= 2 || reason == 0x11 || (reason >= 0x80 && reason <= 0xA2);
         });
}

/// Longer topics are not looked for where the framing is lost.
constexpr std::size_t longest_sought_topic = 4096;

Fit fits_publish(const FixedHeader& header, std::string_view body) {
  if (header.length < 3 || (header.flags & 0x0E) == 0x08) return Fit::no;  // DUP has no sense with QoS 0 (3.3.1.1)
  if (body.size() < 2) return Fit::more;
  const bool whole = body.size() >= header.length;
  ByteReader reader(body);
  const std::size_t topic_size = reader.u16();
  const bool with_id = (header.flags & 6) != 0;
  if (topic_size == 0 || topic_size > longest_sought_topic) return Fit::no;
  if (2 + topic_size + (with_id ? 2 : 0) > header.length) return Fit::no;
  const auto topic = reader.rest().substr(0, topic_size);
  if (std::any_of(topic.begin(), topic.end(),
                  [](char c) { return c == '+' || c == '#' || static_cast<std::uint8_t>(c) < 0x20; }))
    return Fit::no;
  if (topic.size() < topic_size) return whole ? Fit::no : Fit::more;
  if (!message::is_topic_name(topic)) return Fit::no;
  reader.take(topic_size);
  if (with_id && reader.rest().size() < 2) return Fit::more;
  return yes_if(!with_id || reader.u16() != 0);
}

}  // namespace

Fit read_fixed_header(std::string_view bytes, FixedHeader& header) {
  if (bytes.empty()) return Fit::more;
  const auto first = static_cast<std::uint8_t>(bytes[0]);
  const int type = first >> 4;
  if (type == 0) return Fit::no;
  header.type = static_cast<PacketType>(type);
  header.flags = first & 0x0F;
  if (header.type == PacketType::publish) {
    if ((header.flags & 6) == 6) return Fit::no;  // QoS 3
  } else {
    const bool two = header.type == PacketType::pubrel || header.type == PacketType::subscribe ||
                     header.type == PacketType::unsubscribe;
    // SUBSCRIBE, UNSUBSCRIBE and PUBREL of MQTT 3.1 may have the DUP flag too (3.1, 2.1).
    if ((header.flags & ~(two ? 8 : 0)) != (two ? 2 : 0)) return Fit::no;
  }
  ByteReader reader(bytes.substr(1, 4));
  header.length = read_length(reader);
  if (!reader.ok()) return bytes.size() < 5 ? Fit::more : Fit::no;
  header.size = static_cast<std::uint8_t>(1 + std::min<std::size_t>(4, bytes.size() - 1) - reader.rest().size());
  return Fit::yes;
}

bool read_publish(const FixedHeader& header, std::string_view body, bool with_properties, PublishPacket& packet) {
  ByteReader reader(body);
  packet.alias = 0;
  packet.properties.reset();
  if (!read_head(header, reader, packet)) return false;
  if (with_properties) {
    PublishProperties properties;
    if (!read_properties(reader, properties)) return false;
    packet.alias = properties.alias;
    if (!properties.properties.empty()) packet.properties = std::move(properties.properties);
  }
  packet.payload = reader.rest();
  if (packet.topic.empty()) return packet.alias != 0;
  return message::is_topic_name(packet.topic);
}

bool has_properties(const FixedHeader& header, std::string_view body) {
  PublishPacket packet;
  return read_publish(header, body, true, packet);
}

Level read_level(std::string_view connect_body) {
  ByteReader body(connect_body);
  const auto name = read_binary(body);
  const auto level = body.u8();
  if (name == "MQIsdp") return level == 3 ? Level::mqtt_31 : Level::unknown;
  if (name != "MQTT" || (level != 4 && level != 5)) return Level::unknown;
  return static_cast<Level>(level);
}

Fit fits_packet(std::string_view bytes, Level level) {
  FixedHeader header;
  const auto fit = read_fixed_header(bytes, header);
  if (fit != Fit::yes) return fit;
  const auto body = bytes.substr(header.size, header.length);
  if (header.type == PacketType::publish) return fits_publish(header, body);
  if (header.type == PacketType::connect) return fits_connect(header, body);
  if (header.type == PacketType::pingreq || header.type == PacketType::pingresp) return yes_if(header.length == 0);
  if (header.length > 4096) return Fit::no;
  if (body.size() < header.length) return Fit::more;
  const ByteReader reader(body);
  switch (header.type) {
    case PacketType::connack:
      return yes_if(fits_connack(reader, header.length, level));
    case PacketType::puback:
    case PacketType::pubrec:
    case PacketType::pubrel:
    case PacketType::pubcomp:
      return yes_if(fits_acknowledgement(reader, header.length));
    case PacketType::subscribe:
    case PacketType::unsubscribe: {
      const bool options = header.type == PacketType::subscribe;
      return yes_if((level != Level::mqtt_5 && fits_subscription(reader, false, options)) ||
                    (level != Level::mqtt_311 && fits_subscription(reader, true, options)));
    }
    case PacketType::suback:
    case PacketType::unsuback:
      return yes_if((level != Level::mqtt_5 && fits_suback(reader, false)) ||
                    (level != Level::mqtt_311 && fits_suback(reader, true)));
    case PacketType::disconnect:
      return yes_if(header.length == 0 || is_reason(static_cast<std::uint8_t>(body[0])));
    default:
      return Fit::no;  // AUTH is seldom and tells nothing
  }
}

}  // namespace sluice::recording
