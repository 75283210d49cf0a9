#pragma once

#include <cstdint>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "base/value.h"
#include "mapping/sparkplug/datatype.h"
#include "mapping/sparkplug/limits.h"
#include "mapping/sparkplug/wire_value.h"

/// The parts of read_value, one file each.
namespace sluice::mapping::sparkplug {

/// The integer of `bits` bits that stands two's complement in an int_value or long_value: of a negative one some
/// encoders send just its bits, others extend its sign to 32 or 64. Error: more than `bits` bits.
Expected<Value> signed_value(std::uint64_t raw, int bits);
/// The double when it is above 2^63 - 1.
Value unsigned_value(std::uint64_t raw);
Value float_value(std::uint64_t ieee754);
Value double_value(std::uint64_t ieee754);
/// Error: bad UTF-8.
Expected<Value> text_value(std::string_view bytes);

/// Array types, packed into `bytes` little-endian (Sparkplug 3.0, 6.4.17). Error: bytes that do not make whole
/// elements; more elements than the bound.
Expected<Value> array_value(std::string_view bytes, Datatype datatype, const Limits& limits);

/// A DataSet (6.4.11) as a list of its rows, each an object by the names of the columns. Error: rows, names and types
/// of different number; a name twice; more than the bound.
Expected<Value> data_set_value(std::string_view message, const Limits& limits);

/// Error: "column 'x' is named twice", for the first such of `names` in byte order; `what` is "column".
Expected<void> check_unique(std::vector<std::string_view> names, std::string_view what);

}  // namespace sluice::mapping::sparkplug
