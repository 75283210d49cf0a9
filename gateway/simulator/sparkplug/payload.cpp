#include "simulator/sparkplug/payload.h"

#include <bit>

namespace sluice::simulator::sparkplug {
namespace {

// Protobuf's wire types.
constexpr std::uint64_t varint = 0;
constexpr std::uint64_t eight_bytes = 1;
constexpr std::uint64_t counted = 2;
constexpr std::uint64_t four_bytes = 5;

// The numbers of the fields in sparkplug_b.proto.
namespace payload {
constexpr std::uint64_t timestamp = 1;
constexpr std::uint64_t metric = 2;
constexpr std::uint64_t seq = 3;
}  // namespace payload
namespace metric {
constexpr std::uint64_t name = 1;
constexpr std::uint64_t alias = 2;
constexpr std::uint64_t timestamp = 3;
constexpr std::uint64_t datatype = 4;
constexpr std::uint64_t long_value = 11;
constexpr std::uint64_t double_value = 13;
constexpr std::uint64_t boolean_value = 14;
constexpr std::uint64_t string_value = 15;
}  // namespace metric

void put_varint(std::string& out, std::uint64_t value) {
  for (; value >= 0x80; value >>= 7U) out += static_cast<char>((value & 0x7FU) | 0x80U);
  out += static_cast<char>(value);
}

void put_number(std::string& out, std::uint64_t field, std::uint64_t value) {
  put_varint(out, field << 3U | varint);
  put_varint(out, value);
}

void put_bytes(std::string& out, std::uint64_t field, std::string_view bytes) {
  put_varint(out, field << 3U | counted);
  put_varint(out, bytes.size());
  out += bytes;
}

void put_double(std::string& out, std::uint64_t field, double value) {
  put_varint(out, field << 3U | eight_bytes);
  auto bits = std::bit_cast<std::uint64_t>(value);
  for (int i = 0; i < 8; ++i, bits >>= 8U) out += static_cast<char>(bits & 0xFFU);
}

void put_value(std::string& out, const Metric& metric) {
  if (const auto* flag = std::get_if<bool>(&metric.value)) put_number(out, metric::boolean_value, *flag ? 1 : 0);
  if (const auto* number = std::get_if<double>(&metric.value)) put_double(out, metric::double_value, *number);
  if (const auto* text = std::get_if<std::string>(&metric.value)) put_bytes(out, metric::string_value, *text);
  if (const auto* whole = std::get_if<std::int64_t>(&metric.value)) {
    put_number(out, metric::long_value, static_cast<std::uint64_t>(*whole));
  }
}

std::string written(const Metric& metric, std::uint64_t time) {
  std::string out;
  if (!metric.name.empty()) put_bytes(out, metric::name, metric.name);
  if (metric.alias) put_number(out, metric::alias, *metric.alias);
  put_number(out, metric::timestamp, time);
  if (metric.datatype) put_number(out, metric::datatype, static_cast<std::uint64_t>(*metric.datatype));
  put_value(out, metric);
  return out;
}

/// The fields of a message, one after the other; over at its end, or where the bytes make no sense.
class Fields {
 public:
  explicit Fields(std::string_view all) : rest_(all) {}

  bool next() {
    const auto tag = take_varint();
    if (!tag) return false;
    field = *tag >> 3U;
    number = 0;
    bytes = {};
    const auto type = *tag & 7U;
    if (type == varint) {
      const auto value = take_varint();
      if (value) number = *value;
      return value.has_value();
    }
    const auto length = type == counted ? take_varint() : std::optional<std::uint64_t>(type == eight_bytes ? 8 : 4);
    if ((type != counted && type != eight_bytes && type != four_bytes) || !length || *length > rest_.size()) {
      return false;
    }
    bytes = rest_.substr(0, *length);
    rest_.remove_prefix(*length);
    return true;
  }

  std::uint64_t field = 0;
  std::uint64_t number = 0;  // of a varint
  std::string_view bytes;    // of all others

 private:
  std::optional<std::uint64_t> take_varint() {
    std::uint64_t value = 0;
    for (unsigned shift = 0; shift < 64 && !rest_.empty(); shift += 7) {
      const auto byte = static_cast<unsigned char>(rest_.front());
      rest_.remove_prefix(1);
      value |= std::uint64_t{byte & 0x7FU} << shift;
      if (byte < 0x80) return value;
    }
    return std::nullopt;
  }
  std::string_view rest_;
};

bool says_rebirth(std::string_view bytes) {
  bool named = false;
  bool yes = false;
  Fields fields(bytes);
  while (fields.next()) {
    if (fields.field == metric::name) named = fields.bytes == "Node Control/Rebirth";
    if (fields.field == metric::boolean_value) yes = fields.number != 0;
  }
  return named && yes;
}

}  // namespace

Datatype datatype_of(const Metric::Content& value) {
  constexpr Datatype by_index[] = {Datatype::boolean, Datatype::int64, Datatype::number, Datatype::text};
  return by_index[value.index()];
}

std::string write_payload(Timestamp time, const std::vector<Metric>& metrics, std::optional<std::uint64_t> seq) {
  const auto ms = static_cast<std::uint64_t>(to_ms(time));
  std::string out;
  put_number(out, payload::timestamp, ms);
  for (const auto& metric : metrics) put_bytes(out, payload::metric, written(metric, ms));
  if (seq) put_number(out, payload::seq, *seq);
  return out;
}

bool asks_for_rebirth(std::string_view bytes) {
  Fields fields(bytes);
  while (fields.next()) {
    if (fields.field == payload::metric && says_rebirth(fields.bytes)) return true;
  }
  return false;
}

}  // namespace sluice::simulator::sparkplug
