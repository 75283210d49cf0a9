#include <string>

#include "mapping/sparkplug/value_reader.h"

namespace sluice::mapping::sparkplug {
namespace {

std::uint64_t little_endian(std::string_view bytes) {
  std::uint64_t bits = 0;
  for (std::size_t i = bytes.size(); i-- > 0;) bits = bits << 8 | static_cast<unsigned char>(bytes[i]);
  return bits;
}

/// Error: the list would be larger than the bound.
Expected<void> check_count(std::size_t count, Datatype datatype, const Limits& limits) {
  if (count <= limits.value_bytes / sizeof(Value)) return {};
  return unexpected(datatype_name(datatype) + " of " + std::to_string(count) + " elements is above the bound");
}

/// Bytes an element, of those of fixed size.
std::size_t element_size(Datatype datatype) {
  switch (datatype) {
    case Datatype::int8_array:
    case Datatype::uint8_array:
      return 1;
    case Datatype::int16_array:
    case Datatype::uint16_array:
      return 2;
    case Datatype::int32_array:
    case Datatype::uint32_array:
    case Datatype::float_array:
      return 4;
    default:
      return 8;
  }
}

Value element_value(std::uint64_t raw, Datatype datatype) {
  switch (datatype) {
    case Datatype::int8_array:
      return static_cast<std::int8_t>(raw);
    case Datatype::int16_array:
      return static_cast<std::int16_t>(raw);
    case Datatype::int32_array:
      return static_cast<std::int32_t>(raw);
    case Datatype::int64_array:
    case Datatype::date_time_array:
      return static_cast<std::int64_t>(raw);
    case Datatype::float_array:
      return float_value(raw);
    case Datatype::double_array:
      return double_value(raw);
    default:
      return unsigned_value(raw);
  }
}

/// A count of 4 bytes, then the bits, the first in the highest of each byte.
Expected<Value> boolean_array(std::string_view bytes, const Limits& limits) {
  const auto datatype = Datatype::boolean_array;
  if (bytes.size() < 4) return unexpected("BooleanArray has no count of 4 bytes");
  const auto count = static_cast<std::size_t>(little_endian(bytes.substr(0, 4)));
  bytes.remove_prefix(4);
  if (bytes.size() != count / 8 + (count % 8 != 0)) {
    return unexpected("BooleanArray of " + std::to_string(count) + " elements has " + std::to_string(bytes.size()) +
                      " bytes of them");
  }
  if (auto fits = check_count(count, datatype, limits); !fits) return tl::unexpected(fits.error());
  Value::List list;
  list.reserve(count);
  for (std::size_t i = 0; i < count; ++i) {
    list.emplace_back((static_cast<unsigned char>(bytes[i / 8]) & (0x80U >> i % 8)) != 0);
  }
  return Value(std::move(list));
}

/// Texts, a NUL after each.
Expected<Value> string_array(std::string_view bytes, const Limits& limits) {
  Value::List list;
  while (!bytes.empty()) {
    const auto end = bytes.find('\0');
    if (end == std::string_view::npos) return unexpected("StringArray ends without a NUL");
    auto text = text_value(bytes.substr(0, end));
    if (!text) return text;
    if (auto fits = check_count(list.size() + 1, Datatype::string_array, limits); !fits) {
      return tl::unexpected(fits.error());
    }
    list.push_back(std::move(*text));
    bytes.remove_prefix(end + 1);
  }
  return Value(std::move(list));
}

}  // namespace

Expected<Value> array_value(std::string_view bytes, Datatype datatype, const Limits& limits) {
  if (datatype == Datatype::boolean_array) return boolean_array(bytes, limits);
  if (datatype == Datatype::string_array) return string_array(bytes, limits);
  const auto size = element_size(datatype);
  if (bytes.size() % size != 0) {
    return unexpected(datatype_name(datatype) + " of " + std::to_string(bytes.size()) +
                      " bytes: " + std::to_string(size) + " an element expected");
  }
  if (auto fits = check_count(bytes.size() / size, datatype, limits); !fits) return tl::unexpected(fits.error());
  Value::List list;
  list.reserve(bytes.size() / size);
  for (; !bytes.empty(); bytes.remove_prefix(size)) {
    list.push_back(element_value(little_endian(bytes.substr(0, size)), datatype));
  }
  return Value(std::move(list));
}

}  // namespace sluice::mapping::sparkplug
