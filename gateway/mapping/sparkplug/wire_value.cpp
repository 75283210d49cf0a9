#include "mapping/sparkplug/wire_value.h"

#include <array>

namespace sluice::mapping::sparkplug {

bool WireValue::take_basic(const WireReader::Field& field, std::uint32_t first) {
  using Type = WireReader::Type;
  constexpr std::array<Type, 6> types = {Type::varint,  Type::varint, Type::fixed32,
                                         Type::fixed64, Type::varint, Type::bytes};
  if (field.number < first || field.number - first >= types.size()) return false;
  const auto member = field.number - first;
  if (field.type != types[member]) return false;  // not the field of the definition: skipped, as protobuf does
  kind = static_cast<Kind>(member + 1);
  bits = kind == Kind::int_value ? field.bits & 0xffffffffU : field.bits;
  bytes = field.type == Type::bytes ? field.bytes : std::string_view{};
  return true;
}

void WireValue::take_bytes(const WireReader::Field& field, Kind a_kind) {
  kind = a_kind;
  bits = 0;
  bytes = field.bytes;
}

std::string_view kind_name(WireValue::Kind kind) {
  constexpr std::array<std::string_view, 13> names = {
      "no value",        "int_value",         "long_value",        "float_value",   "double_value",
      "boolean_value",   "string_value",      "bytes_value",       "dataset_value", "template_value",
      "extension_value", "propertyset_value", "propertysets_value"};
  return names[static_cast<std::size_t>(kind)];
}

}  // namespace sluice::mapping::sparkplug
