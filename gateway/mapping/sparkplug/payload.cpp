#include "mapping/sparkplug/payload.h"

#include <algorithm>
#include <string>

namespace sluice::mapping::sparkplug {
namespace {

using Type = WireReader::Type;

/// Error: what is wrong with the metric's form.
Expected<Metric> read_metric(std::string_view bytes) {
  Metric metric;
  WireReader reader(bytes);
  WireReader::Field field;
  while (reader.next(field)) {
    if (field.is(1, Type::bytes)) metric.name = field.bytes;
    if (field.is(2, Type::varint)) metric.alias = field.bits;
    if (field.is(3, Type::varint)) metric.timestamp = field.bits;
    if (field.is(4, Type::varint)) metric.datatype = static_cast<Datatype>(field.bits & 0xffffffffU);
    if (field.is(5, Type::varint)) metric.is_historical = field.bits != 0;
    if (field.is(6, Type::varint)) metric.is_transient = field.bits != 0;
    if (field.is(7, Type::varint)) metric.is_null = field.bits != 0;
    if (field.is(8, Type::bytes)) metric.metadata = field.bytes;
    if (field.is(9, Type::bytes)) metric.properties = field.bytes;
    if (field.number < 10 || metric.value.take_basic(field, 10)) continue;
    if (field.is(16, Type::bytes)) metric.value.take_bytes(field, WireValue::Kind::bytes_value);
    if (field.is(17, Type::bytes)) metric.value.take_bytes(field, WireValue::Kind::data_set);
    if (field.is(18, Type::bytes)) metric.value.take_bytes(field, WireValue::Kind::template_value);
    if (field.is(19, Type::bytes)) metric.value.take_bytes(field, WireValue::Kind::extension);
  }
  if (!reader.fault().empty()) return unexpected(std::string(reader.fault()));
  return metric;
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
    auto metric = read_metric(field.bytes);
    if (!metric) {
      return unexpected("payload is no Sparkplug B: metric " + std::to_string(payload.metrics.size() + 1) + " " +
                        metric.error().message);
    }
    payload.metrics.push_back(*metric);
  }
  if (!reader.fault().empty()) return unexpected("payload is no Sparkplug B: it " + std::string(reader.fault()));
  return payload;
}

}  // namespace sluice::mapping::sparkplug
