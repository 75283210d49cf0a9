#pragma once

#include <bit>
#include <cstring>
#include <random>
#include <string>
#include <utility>

#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {

/// Payloads of any form, each metric with the value that a reader must find. Same seed, same payloads.
class RandomPayload {
 public:
  explicit RandomPayload(std::uint32_t seed) : random_(seed) {}

  std::uint64_t below(std::uint64_t end) { return std::uniform_int_distribution<std::uint64_t>(0, end - 1)(random_); }
  bool coin() { return below(2) == 0; }
  std::uint64_t bits() { return random_() >> below(64); }
  std::string text() {
    static const char* const words[] = {
        "", "a", "Inputs/A", "Grüße", "fourteen bytes", "bdSeq", "a text longer than fourteen"};
    return words[below(std::size(words))];
  }
  std::string bytes(std::size_t most) {
    std::string made(below(most + 1), '\0');
    for (auto& c : made) c = static_cast<char>(below(256));
    return made;
  }

  /// A metric of a random datatype, and its value.
  std::pair<pb::Payload::Metric, Value> metric() {
    const auto datatype = static_cast<pb::DataType>(1 + below(34));
    auto made = metric_of(datatype);
    if (coin()) made.set_name(text());
    if (coin()) made.set_alias(bits());
    if (coin()) made.set_timestamp(bits());
    if (coin()) made.set_is_transient(coin());
    if (coin()) made.set_is_historical(coin());
    if (below(8) == 0) made.mutable_metadata()->set_description(text());
    if (below(8) == 0) *made.mutable_properties() = properties(3);
    auto value = fill(made, datatype);
    if (below(16) == 0) {
      made.set_is_null(true);
      value = Value();
    }
    return {std::move(made), std::move(value)};
  }

  pb::Payload::PropertySet properties(int depth) {
    pb::Payload::PropertySet set;
    for (std::uint64_t i = 0, count = below(4); i < count; ++i) {
      set.add_keys(i == 0 ? "Quality" : "key " + std::to_string(i));
      auto& value = *set.add_values();
      if (depth > 0 && coin()) {
        *value.mutable_propertyset_value() = properties(depth - 1);
      } else if (depth > 0 && coin()) {
        *value.mutable_propertysets_value()->add_propertyset() = properties(depth - 1);
      } else {
        value.set_type(pb::Int32);
        value.set_int_value(192);
      }
    }
    return set;
  }

 private:
  template <class Int>
  Value signed_in(pb::Payload::Metric& metric) {
    const auto value = static_cast<Int>(bits());
    if (sizeof(Int) == 8) {
      metric.set_long_value(static_cast<std::uint64_t>(value));
    } else {
      metric.set_int_value(static_cast<std::uint32_t>(static_cast<std::int32_t>(value)));
    }
    return Value(std::int64_t{value});
  }
  template <class Int>
  Value unsigned_in(pb::Payload::Metric& metric) {
    const auto value = static_cast<Int>(bits());
    if (sizeof(Int) > 4) {
      metric.set_long_value(value);
    } else {
      metric.set_int_value(static_cast<std::uint32_t>(value));
    }
    return whole(value);
  }
  static Value whole(std::uint64_t value) {
    return value >> 63 == 0 ? Value(static_cast<std::int64_t>(value)) : Value(static_cast<double>(value));
  }
  /// Elements of type T as this (little-endian) machine holds them.
  template <class T>
  Value array_in(pb::Payload::Metric& metric) {
    Value::List list;
    std::string packed;
    for (std::uint64_t i = 0, count = below(6); i < count; ++i) {
      T element{};
      if constexpr (std::is_floating_point_v<T>) {
        element = static_cast<T>(static_cast<double>(bits()) / 8);
        list.emplace_back(double{element});
      } else {
        element = static_cast<T>(bits());
        if constexpr (std::is_signed_v<T>) {
          list.emplace_back(std::int64_t{element});
        } else {
          list.push_back(whole(element));
        }
      }
      packed.append(reinterpret_cast<const char*>(&element), sizeof element);
    }
    metric.set_bytes_value(packed);
    return Value(std::move(list));
  }
  Value texts_in(pb::Payload::Metric& metric) {
    Value::List list;
    std::string packed;
    for (std::uint64_t i = 0, count = below(5); i < count; ++i) {
      const auto element = text();
      packed += element + '\0';
      list.emplace_back(element);
    }
    metric.set_bytes_value(packed);
    return Value(std::move(list));
  }
  Value booleans_in(pb::Payload::Metric& metric) {
    const auto count = static_cast<unsigned char>(below(20));
    std::string packed{static_cast<char>(count), '\0', '\0', '\0'};
    packed.resize(4U + (count + 7U) / 8U);
    Value::List list;
    for (unsigned i = 0; i < count; ++i) {
      const bool element = coin();
      list.emplace_back(element);
      if (element) packed[4 + i / 8] = static_cast<char>(packed[4 + i / 8] | (128 >> i % 8));
    }
    metric.set_bytes_value(packed);
    return Value(std::move(list));
  }
  Value text_in(pb::Payload::Metric& metric) {
    metric.set_string_value(text());
    return Value(metric.string_value());
  }
  Value data_set_in(pb::Payload::Metric& metric) {
    auto& set = *metric.mutable_dataset_value();
    const auto columns = below(4);
    set.set_num_of_columns(columns);
    for (std::uint64_t i = 0; i < columns; ++i) {
      set.add_columns("column " + std::to_string(i));
      set.add_types(i == 0 ? pb::Int64 : pb::Double);
    }
    Value::List rows;
    for (std::uint64_t r = 0, count = below(4); r < count; ++r) {
      auto& row = *set.add_rows();
      auto object = Value::object();
      for (std::uint64_t i = 0; i < columns; ++i) {
        const auto raw = bits();
        auto& element = *row.add_elements();
        if (i == 0) {
          element.set_long_value(raw);
        } else {
          element.set_double_value(static_cast<double>(raw));
        }
        object.set(set.columns(static_cast<int>(i)),
                   i == 0 ? Value(static_cast<std::int64_t>(raw)) : Value(static_cast<double>(raw)));
      }
      rows.push_back(std::move(object));
    }
    return Value(std::move(rows));
  }

  /// Sets the value of that datatype; null for what is no datatype of a metric or not decoded: then none is set.
  Value fill(pb::Payload::Metric& metric, pb::DataType datatype) {
    switch (datatype) {
      case pb::Int8:
        return signed_in<std::int8_t>(metric);
      case pb::Int16:
        return signed_in<std::int16_t>(metric);
      case pb::Int32:
        return signed_in<std::int32_t>(metric);
      case pb::DateTime:
      case pb::Int64:
        return signed_in<std::int64_t>(metric);
      case pb::UInt8:
        return unsigned_in<std::uint8_t>(metric);
      case pb::UInt16:
        return unsigned_in<std::uint16_t>(metric);
      case pb::UInt32:
        return unsigned_in<std::uint32_t>(metric);
      case pb::UInt64:
        return unsigned_in<std::uint64_t>(metric);
      case pb::Float:
        metric.set_float_value(static_cast<float>(bits()) / 8);
        return Value(double{metric.float_value()});
      case pb::Double:
        metric.set_double_value(static_cast<double>(bits()) / 8);
        return Value(metric.double_value());
      case pb::Boolean:
        metric.set_boolean_value(coin());
        return Value(metric.boolean_value());
      case pb::String:
      case pb::Text:
      case pb::UUID:
        return text_in(metric);
      case pb::DataSet:
        return data_set_in(metric);
      case pb::Bytes:
      case pb::File:
        metric.set_bytes_value("foobar");
        return Value("Zm9vYmFy");
      case pb::Int8Array:
        return array_in<std::int8_t>(metric);
      case pb::Int16Array:
        return array_in<std::int16_t>(metric);
      case pb::Int32Array:
        return array_in<std::int32_t>(metric);
      case pb::DateTimeArray:
      case pb::Int64Array:
        return array_in<std::int64_t>(metric);
      case pb::UInt8Array:
        return array_in<std::uint8_t>(metric);
      case pb::UInt16Array:
        return array_in<std::uint16_t>(metric);
      case pb::UInt32Array:
        return array_in<std::uint32_t>(metric);
      case pb::UInt64Array:
        return array_in<std::uint64_t>(metric);
      case pb::FloatArray:
        return array_in<float>(metric);
      case pb::DoubleArray:
        return array_in<double>(metric);
      case pb::BooleanArray:
        return booleans_in(metric);
      case pb::StringArray:
        return texts_in(metric);
      default:
        return {};
    }
  }

  std::mt19937_64 random_;
};

static_assert(std::endian::native == std::endian::little);

}  // namespace sluice::mapping::sparkplug
