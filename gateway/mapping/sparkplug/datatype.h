#pragma once

#include <cstdint>
#include <string>

namespace sluice::mapping::sparkplug {

/// What a metric's value means (Sparkplug 3.0, 6.4.16 "Data Types"); the numbers are the wire's.
enum class Datatype : std::uint32_t {
  unknown = 0,
  int8 = 1,
  int16 = 2,
  int32 = 3,
  int64 = 4,
  uint8 = 5,
  uint16 = 6,
  uint32 = 7,
  uint64 = 8,
  float32 = 9,
  float64 = 10,
  boolean = 11,
  string = 12,
  date_time = 13,
  text = 14,
  uuid = 15,
  data_set = 16,
  bytes = 17,
  file = 18,
  template_value = 19,
  property_set = 20,
  property_set_list = 21,
  int8_array = 22,
  int16_array = 23,
  int32_array = 24,
  int64_array = 25,
  uint8_array = 26,
  uint16_array = 27,
  uint32_array = 28,
  uint64_array = 29,
  float_array = 30,
  double_array = 31,
  boolean_array = 32,
  string_array = 33,
  date_time_array = 34,
};

/// As the specification writes it: `Int8`, `DateTimeArray`; `datatype 99` for one that it does not have.
std::string datatype_name(Datatype datatype);

}  // namespace sluice::mapping::sparkplug
