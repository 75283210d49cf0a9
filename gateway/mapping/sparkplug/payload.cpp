#include "mapping/sparkplug/payload.h"

#include <algorithm>
#include <string>

namespace sluice::mapping::sparkplug {
namespace {

using Type = WireReader::Type;

// A metric of data, an alias and a number, takes about this many bytes.
constexpr std::size_t bytes_a_metric = 16;

/// Fills the metric; "" or what is wrong with its form.
std::string_view read_metric(std::string_view bytes, Metric& metric) {
  WireReader reader(bytes);
  WireReader::Field field;
  while (reader.next(field)) {
    const bool number = field.type == Type::varint;
    const bool message = field.type == Type::bytes;
    if (number && field.number == 2) {
      metric.alias = field.bits;
    } else if (number && field.number == 3) {
      metric.timestamp = field.bits;
    } else if (number && field.number == 4) {
      metric.datatype = static_cast<Datatype>(field.bits & 0xffffffffU);
    } else if (number && field.number == 5) {
      metric.is_historical = field.bits != 0;
    } else if (number && field.number == 6) {
      metric.is_transient = field.bits != 0;
    } else if (number && field.number == 7) {
      metric.is_null = field.bits != 0;
    } else if (message && field.number == 1) {
      metric.name = field.bytes;
    } else if (message && field.number == 8) {
      metric.metadata = field.bytes;
    } else if (message && field.number == 9) {
      metric.properties = field.bytes;
    } else if (message && field.number >= 16 && field.number <= 19) {
      constexpr auto bytes_value = static_cast<std::uint32_t>(WireValue::Kind::bytes_value);
      metric.value.take_bytes(field, static_cast<WireValue::Kind>(bytes_value + field.number - 16));
    } else {
      metric.value.take_basic(field, 10);
    }
  }
  return reader.fault();
}

}  // namespace

const Metric* Payload::find(std::string_view name) const {
  const auto found = std::ranges::find(metrics, name, &Metric::name);
  return found == metrics.end() ? nullptr : &*found;
}

Expected<Payload> read_payload(std::string_view bytes, const Limits& limits) {
  Payload payload;
  WireReader reader(bytes);
  WireReader::Field field;
  while (reader.next(field)) {
    if (field.is(1, Type::varint)) payload.timestamp = field.bits;
    if (field.is(3, Type::varint)) payload.seq = field.bits;
    if (field.is(4, Type::bytes)) payload.uuid = field.bytes;
    if (field.is(5, Type::bytes)) payload.body = field.bytes;
    if (!field.is(2, Type::bytes)) continue;
    if (payload.metrics.size() >= limits.metrics_per_node) {
      return unexpected("payload has more than " + std::to_string(limits.metrics_per_node) + " metrics");
    }
    if (payload.metrics.empty()) payload.metrics.reserve(std::min<std::size_t>(bytes.size() / bytes_a_metric + 1, 64));
    const auto fault = read_metric(field.bytes, payload.metrics.emplace_back());
    if (!fault.empty()) {
      return unexpected("payload is no Sparkplug B: metric " + std::to_string(payload.metrics.size()) + " " +
                        std::string(fault));
    }
  }
  if (!reader.fault().empty()) return unexpected("payload is no Sparkplug B: it " + std::string(reader.fault()));
  return payload;
}

}  // namespace sluice::mapping::sparkplug
