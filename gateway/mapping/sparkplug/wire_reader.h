#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

namespace sluice::mapping::sparkplug {

/// The fields of one protobuf message, in the order in which they stand (protobuf.dev "Encoding").
///
/// Takes any bytes: a length is checked against what is left, groups (which Sparkplug has none of) are skipped up to
/// 32 deep, nothing is copied. Never an owner: the message must outlive what is read.
class WireReader {
 public:
  enum class Type : std::uint8_t { varint = 0, fixed64 = 1, bytes = 2, fixed32 = 5 };
  struct Field {
    std::uint32_t number = 0;
    Type type = Type::varint;
    std::uint64_t bits = 0;  // of a varint, fixed64 or fixed32
    std::string_view bytes;  // of a text, bytes, message or packed list

    bool is(std::uint32_t a_number, Type a_type) const { return number == a_number && type == a_type; }
  };

  explicit WireReader(std::string_view message) : rest_(message) {}

  /// Reads the next field; false at the end of the message and at a fault.
  bool next(Field& field);
  /// What is wrong with the message, "" when nothing: "ends within a field".
  std::string_view fault() const { return fault_; }

  /// The next of a list of varints without tags (a packed field); false at the end and at a fault.
  bool next_packed(std::uint64_t& bits);

 private:
  bool read_varint(std::uint64_t& bits, int max_bytes);
  template <std::size_t size>
  bool read_fixed(std::uint64_t& bits);
  bool read_bytes(std::string_view& bytes);
  bool read_value(std::uint32_t type, Field& field);
  bool skip_group(std::uint32_t number);
  bool fail(std::string_view fault);

  std::string_view rest_;
  std::string_view fault_;
};

}  // namespace sluice::mapping::sparkplug
