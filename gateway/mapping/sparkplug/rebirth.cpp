#include "mapping/sparkplug/rebirth.h"

#include <string>

#include "mapping/sparkplug/datatype.h"
#include "mapping/sparkplug/topic.h"

namespace sluice::mapping::sparkplug {
namespace {

void put_varint(std::string& message, std::uint64_t bits) {
  for (; bits >= 0x80; bits >>= 7) message.push_back(static_cast<char>((bits & 0x7f) | 0x80));
  message.push_back(static_cast<char>(bits));
}

void put_number(std::string& message, unsigned field, std::uint64_t bits) {
  put_varint(message, field << 3);
  put_varint(message, bits);
}

void put_bytes(std::string& message, unsigned field, std::string_view bytes) {
  put_varint(message, field << 3 | 2);
  put_varint(message, bytes.size());
  message += bytes;
}

}  // namespace

message::Publish rebirth_request(std::string_view group, std::string_view node, Timestamp time) {
  const auto ms = static_cast<std::uint64_t>(to_ms(time));
  std::string metric;
  put_bytes(metric, 1, "Node Control/Rebirth");
  put_number(metric, 3, ms);
  put_number(metric, 4, static_cast<std::uint64_t>(Datatype::boolean));
  put_number(metric, 14, 1);
  message::Publish publish;
  put_number(publish.payload, 1, ms);
  put_bytes(publish.payload, 2, metric);
  publish.topic.append(name_space).append("/").append(group).append("/NCMD/").append(node);
  return publish;
}

}  // namespace sluice::mapping::sparkplug
