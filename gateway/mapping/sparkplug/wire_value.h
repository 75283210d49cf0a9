#pragma once

#include <cstdint>
#include <string_view>

#include "mapping/sparkplug/wire_reader.h"

namespace sluice::mapping::sparkplug {

/// A value as it stands in a message: which member of `oneof value` is set, and its bits. What it means takes the
/// datatype, which a data message may leave to the birth.
///
/// Never an owner: `bytes` points into the message.
struct WireValue {
  /// In the order of a metric's field numbers; properties and data sets share it up to `string_value`.
  enum class Kind : std::uint8_t {
    none,
    int_value,
    long_value,
    float_value,
    double_value,
    boolean_value,
    string_value,
    bytes_value,
    data_set,
    template_value,
    extension,
    property_set,
    property_set_list,
  };
  Kind kind = Kind::none;
  std::uint64_t bits = 0;  // int, long, boolean; float and double as IEEE 754
  std::string_view bytes;  // text, bytes, embedded messages

  /// Takes the field when it is one of the first six of the `oneof`, whose int_value has the number `first`.
  bool take_basic(const WireReader::Field& field, std::uint32_t first);
  /// Takes the field's bytes as those of `a_kind`.
  void take_bytes(const WireReader::Field& field, Kind a_kind);
};

/// The member's name: `int_value`; `no value` for none.
std::string_view kind_name(WireValue::Kind kind);

}  // namespace sluice::mapping::sparkplug
