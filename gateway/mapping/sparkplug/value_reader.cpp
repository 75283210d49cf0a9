#include "mapping/sparkplug/value_reader.h"

#include <algorithm>
#include <bit>
#include <limits>
#include <string>

#include "base/text.h"
#include "mapping/sparkplug/payload.h"

namespace sluice::mapping::sparkplug {
namespace {

using Kind = WireValue::Kind;

std::string base64_text(std::string_view bytes) {
  constexpr std::string_view digits = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
  std::string text;
  text.reserve((bytes.size() + 2) / 3 * 4);
  for (std::size_t i = 0; i < bytes.size(); i += 3) {
    std::uint32_t group = 0;
    for (std::size_t j = 0; j < 3; ++j) {
      group = group << 8 | (i + j < bytes.size() ? static_cast<unsigned char>(bytes[i + j]) : 0U);
    }
    for (std::size_t j = 0; j < 4; ++j) {
      text.push_back(i + j > bytes.size() ? '=' : digits[group >> (18 - 6 * j) & 63]);
    }
  }
  return text;
}

tl::unexpected<Error> mismatch(Datatype datatype, const WireValue& wire) {
  return unexpected(datatype_name(datatype) + " expected, found " + std::string(kind_name(wire.kind)));
}

bool is_integer(const WireValue& wire) {
  return wire.kind == Kind::int_value || wire.kind == Kind::long_value;
}

Expected<Value> integer_value(const WireValue& wire, Datatype datatype, int bits, bool is_signed) {
  if (!is_integer(wire)) return mismatch(datatype, wire);
  auto value = is_signed ? signed_value(wire.bits, bits) : Expected<Value>(unsigned_value(wire.bits));
  if (!value || (!is_signed && bits < 64 && wire.bits >> bits != 0)) {
    return unexpected(std::to_string(wire.bits) + " is out of the range of " + datatype_name(datatype));
  }
  return value;
}

Expected<Value> floating_value(const WireValue& wire, Datatype datatype) {
  if (wire.kind == Kind::float_value) return float_value(wire.bits);
  if (wire.kind == Kind::double_value) return double_value(wire.bits);
  return mismatch(datatype, wire);
}

Expected<Value> bytes_text(const WireValue& wire, Datatype datatype, const Limits& limits) {
  if (wire.kind != Kind::bytes_value) return mismatch(datatype, wire);
  if (wire.bytes.size() > limits.value_bytes / 4 * 3) {
    return unexpected(std::to_string(wire.bytes.size()) + " bytes are above the bound");
  }
  return Value(base64_text(wire.bytes));
}

/// By what its kind alone says.
Expected<Value> plain_value(const WireValue& wire, const Limits& limits) {
  switch (wire.kind) {
    case Kind::int_value:
    case Kind::long_value:
      return unsigned_value(wire.bits);
    case Kind::float_value:
    case Kind::double_value:
      return floating_value(wire, Datatype::float64);
    case Kind::boolean_value:
      return Value(wire.bits != 0);
    case Kind::string_value:
      return text_value(wire.bytes);
    case Kind::bytes_value:
      return bytes_text(wire, Datatype::bytes, limits);
    case Kind::data_set:
      return data_set_value(wire.bytes, limits);
    default:
      return unexpected("a " + std::string(kind_name(wire.kind)) + " is not decoded");
  }
}

}  // namespace

Expected<Value> signed_value(std::uint64_t raw, int bits) {
  const std::uint64_t sign = std::uint64_t{1} << (bits - 1);
  const std::uint64_t low = raw & (sign | (sign - 1));
  const std::uint64_t extended = (low ^ sign) - sign;
  const bool whole = raw == low || raw == extended || (bits <= 32 && raw == (extended & 0xffffffffU));
  if (!whole) return unexpected("out of range");
  return Value(static_cast<std::int64_t>(extended));
}

Value unsigned_value(std::uint64_t raw) {
  constexpr auto largest = static_cast<std::uint64_t>(std::numeric_limits<std::int64_t>::max());
  return raw <= largest ? Value(static_cast<std::int64_t>(raw)) : Value(static_cast<double>(raw));
}

Value float_value(std::uint64_t ieee754) {
  return Value(double{std::bit_cast<float>(static_cast<std::uint32_t>(ieee754))});
}

Value double_value(std::uint64_t ieee754) {
  return Value(std::bit_cast<double>(ieee754));
}

Expected<Value> text_value(std::string_view bytes) {
  if (!is_utf8(bytes)) return unexpected("text '" + excerpt(bytes, 40) + "' is no UTF-8");
  return Value(bytes);
}

Expected<void> check_unique(std::vector<std::string_view> names, std::string_view what) {
  std::ranges::sort(names);
  const auto found = std::ranges::adjacent_find(names);
  if (found == names.end()) return {};
  return unexpected(std::string(what) + " '" + excerpt(*found, 40) + "' is named twice");
}

Expected<Value> read_value(const WireValue& wire, Datatype datatype, const Limits& limits) {
  if (wire.kind == Kind::none) return Value();
  switch (datatype) {
    case Datatype::unknown:
      return plain_value(wire, limits);
    case Datatype::int8:
      return integer_value(wire, datatype, 8, true);
    case Datatype::int16:
      return integer_value(wire, datatype, 16, true);
    case Datatype::int32:
      return integer_value(wire, datatype, 32, true);
    case Datatype::int64:
    case Datatype::date_time:  // a time before 1970 is negative
      return integer_value(wire, datatype, 64, true);
    case Datatype::uint8:
      return integer_value(wire, datatype, 8, false);
    case Datatype::uint16:
      return integer_value(wire, datatype, 16, false);
    case Datatype::uint32:
      return integer_value(wire, datatype, 32, false);
    case Datatype::uint64:
      return integer_value(wire, datatype, 64, false);
    case Datatype::float32:
    case Datatype::float64:
      return floating_value(wire, datatype);
    case Datatype::boolean:
      if (wire.kind != Kind::boolean_value) return mismatch(datatype, wire);
      return Value(wire.bits != 0);
    case Datatype::string:
    case Datatype::text:
    case Datatype::uuid:
      if (wire.kind != Kind::string_value) return mismatch(datatype, wire);
      return text_value(wire.bytes);
    case Datatype::bytes:
    case Datatype::file:
      return bytes_text(wire, datatype, limits);
    case Datatype::data_set:
      if (wire.kind != Kind::data_set) return mismatch(datatype, wire);
      return data_set_value(wire.bytes, limits);
    case Datatype::template_value:
    case Datatype::property_set:
    case Datatype::property_set_list:
      return unexpected("a " + datatype_name(datatype) + " is not decoded");
    default:
      if (datatype > Datatype::date_time_array) return unexpected(datatype_name(datatype) + " is not known");
      if (wire.kind != Kind::bytes_value) return mismatch(datatype, wire);
      return array_value(wire.bytes, datatype, limits);
  }
}

Expected<Value> read_value(const Metric& metric, Datatype born_as, const Limits& limits) {
  if (metric.is_null) return Value();
  return read_value(metric.value, metric.datatype == Datatype::unknown ? born_as : metric.datatype, limits);
}

}  // namespace sluice::mapping::sparkplug
