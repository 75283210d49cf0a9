#include "mapping/sparkplug/wire_reader.h"

#include <array>

namespace sluice::mapping::sparkplug {
namespace {

constexpr std::uint32_t start_group = 3;
constexpr std::uint32_t end_group = 4;
constexpr std::string_view cut_off = "ends within a field";

}  // namespace

bool WireReader::next(Field& field) {
  while (!rest_.empty()) {
    std::uint64_t tag = 0;
    if (!read_varint(tag, 5)) return false;
    const auto type = static_cast<std::uint32_t>(tag & 7);
    field.number = static_cast<std::uint32_t>(tag) >> 3;
    if (field.number == 0) return fail("has a field of number 0");
    if (type == start_group) {
      if (!skip_group(field.number)) return false;
      continue;
    }
    return read_value(type, field);
  }
  return false;
}

bool WireReader::next_packed(std::uint64_t& bits) {
  return !rest_.empty() && read_varint(bits, 10);
}

template <std::size_t size>
bool WireReader::read_fixed(std::uint64_t& bits) {
  if (rest_.size() < size) return fail(cut_off);
  bits = 0;
  for (std::size_t i = 0; i < size; ++i) bits |= std::uint64_t{static_cast<unsigned char>(rest_[i])} << (8 * i);
  rest_.remove_prefix(size);
  return true;
}

bool WireReader::read_value(std::uint32_t type, Field& field) {
  field.type = static_cast<Type>(type);
  switch (type) {
    case 0:
      return read_varint(field.bits, 10);
    case 1:
      return read_fixed<8>(field.bits);
    case 2:
      return read_bytes(field.bytes);
    case 5:
      return read_fixed<4>(field.bits);
    case end_group:
      return fail("ends a group that did not begin");
    default:
      return fail("has a field of an unknown kind");
  }
}

bool WireReader::read_varint(std::uint64_t& bits, int max_bytes) {
  if (!rest_.empty() && static_cast<unsigned char>(rest_.front()) < 0x80) {  // most are short
    bits = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    return true;
  }
  bits = 0;
  for (int i = 0; i < max_bytes; ++i) {
    if (rest_.empty()) return fail(cut_off);
    const auto byte = static_cast<unsigned char>(rest_.front());
    rest_.remove_prefix(1);
    bits |= std::uint64_t{byte & 0x7fU} << (7 * i);  // bits beyond 64 are dropped, as protobuf does
    if (byte < 0x80) return true;
  }
  return fail("has a number that does not end");
}

bool WireReader::read_bytes(std::string_view& bytes) {
  std::uint64_t length = 0;
  if (!read_varint(length, 10)) return false;
  if (length > rest_.size()) return fail(cut_off);
  bytes = rest_.substr(0, static_cast<std::size_t>(length));
  rest_.remove_prefix(bytes.size());
  return true;
}

bool WireReader::skip_group(std::uint32_t number) {
  std::array<std::uint32_t, 32> open{};
  std::size_t depth = 0;
  open[depth++] = number;
  while (depth > 0) {
    std::uint64_t tag = 0;
    if (!read_varint(tag, 5)) return false;
    const auto type = static_cast<std::uint32_t>(tag & 7);
    const auto inner = static_cast<std::uint32_t>(tag) >> 3;
    if (inner == 0) return fail("has a field of number 0");
    if (type == end_group) {
      if (open[--depth] != inner) return fail("ends a group that did not begin");
    } else if (type == start_group) {
      if (depth == open.size()) return fail("nests groups deeper than 32");
      open[depth++] = inner;
    } else {
      Field skipped;
      if (!read_value(type, skipped)) return false;
    }
  }
  return true;
}

bool WireReader::fail(std::string_view fault) {
  fault_ = fault;
  rest_ = {};
  return false;
}

}  // namespace sluice::mapping::sparkplug
