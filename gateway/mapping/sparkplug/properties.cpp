#include <string>

#include "base/text.h"
#include "mapping/sparkplug/payload.h"
#include "mapping/sparkplug/value_reader.h"

namespace sluice::mapping::sparkplug {
namespace {

using Type = WireReader::Type;
using Kind = WireValue::Kind;

tl::unexpected<Error> property_fault(std::string_view fault) {
  return unexpected("property set " + std::string(fault));
}

/// Reads sets within sets, `depth` deep.
class PropertyReader {
 public:
  explicit PropertyReader(const Limits& limits) : limits_(limits) {}

  Expected<Value> read_set(std::string_view message, int depth) const {
    if (depth > limits_.depth) return property_fault("is deeper than " + std::to_string(limits_.depth));
    std::vector<std::string_view> keys;
    Value::List values;
    WireReader reader(message);
    WireReader::Field field;
    while (reader.next(field)) {
      if (field.is(1, Type::bytes)) {
        if (!is_utf8(field.bytes)) return property_fault("has the key '" + excerpt(field.bytes, 40) + "', no UTF-8");
        keys.push_back(field.bytes);
      }
      if (!field.is(2, Type::bytes)) continue;
      auto value = read_property(field.bytes, depth);
      if (!value) return value;
      values.push_back(std::move(*value));
    }
    if (!reader.fault().empty()) return property_fault(reader.fault());
    if (keys.size() != values.size()) {
      return property_fault("has " + std::to_string(keys.size()) + " keys and " + std::to_string(values.size()) +
                            " values");
    }
    if (auto unique = check_unique(keys, "property"); !unique) return tl::unexpected(unique.error());
    Value::Object object;
    object.reserve(keys.size());
    for (std::size_t i = 0; i < keys.size(); ++i) object.push_back({Value(keys[i]), std::move(values[i])});
    return Value(std::move(object));
  }

 private:
  Expected<Value> read_property(std::string_view message, int depth) const {
    Datatype datatype = Datatype::unknown;
    bool is_null = false;
    WireValue wire;
    WireReader reader(message);
    WireReader::Field field;
    while (reader.next(field)) {
      if (field.is(1, Type::varint)) datatype = static_cast<Datatype>(field.bits & 0xffffffffU);
      if (field.is(2, Type::varint)) is_null = field.bits != 0;
      if (field.number < 3 || wire.take_basic(field, 3)) continue;
      if (field.is(9, Type::bytes)) wire.take_bytes(field, Kind::property_set);
      if (field.is(10, Type::bytes)) wire.take_bytes(field, Kind::property_set_list);
      if (field.is(11, Type::bytes)) wire.take_bytes(field, Kind::extension);
    }
    if (!reader.fault().empty()) return property_fault(reader.fault());
    if (is_null) return Value();
    if (wire.kind == Kind::property_set) return read_set(wire.bytes, depth + 1);
    if (wire.kind == Kind::property_set_list) return read_list(wire.bytes, depth + 1);
    return read_value(wire, datatype, limits_);
  }

  Expected<Value> read_list(std::string_view message, int depth) const {
    Value::List list;
    WireReader reader(message);
    WireReader::Field field;
    while (reader.next(field)) {
      if (!field.is(1, Type::bytes)) continue;
      auto set = read_set(field.bytes, depth);
      if (!set) return set;
      list.push_back(std::move(*set));
    }
    if (!reader.fault().empty()) return property_fault(reader.fault());
    return Value(std::move(list));
  }

  const Limits& limits_;
};

}  // namespace

Expected<Value> read_properties(std::string_view message, const Limits& limits) {
  return PropertyReader(limits).read_set(message, 1);
}

Expected<Value> read_metadata(std::string_view message) {
  Value metadata = Value::object();
  WireReader reader(message);
  WireReader::Field field;
  while (reader.next(field)) {
    if (field.is(1, Type::varint)) metadata.set("is_multi_part", field.bits != 0);
    if (field.is(3, Type::varint)) metadata.set("size", unsigned_value(field.bits));
    if (field.is(4, Type::varint)) metadata.set("seq", unsigned_value(field.bits));
    constexpr std::string_view texts[] = {"content_type", "", "", "file_name", "file_type", "md5", "description"};
    if (field.type != Type::bytes || field.number < 2 || field.number > 8 || texts[field.number - 2].empty()) continue;
    auto text = text_value(field.bytes);
    if (!text) return text;
    metadata.set(texts[field.number - 2], std::move(*text));
  }
  if (!reader.fault().empty()) return unexpected("metadata " + std::string(reader.fault()));
  return metadata;
}

}  // namespace sluice::mapping::sparkplug
