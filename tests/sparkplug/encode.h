#pragma once

#include <sparkplug_b.pb.h>

#include <string>
#include <string_view>

#include "mapping/sparkplug/payload.h"

namespace sluice::mapping::sparkplug {

namespace pb = org::eclipse::tahu::protobuf;

/// Damaged texts are what some tests are about: protobuf need not print a line for each.
inline auto* const loud_log = google::protobuf::SetLogHandler(nullptr);

/// The bytes that protobuf makes of it.
inline std::string encoded(const google::protobuf::MessageLite& message) {
  return message.SerializeAsString();
}

/// The value of the one metric, read from what protobuf made of it.
inline Expected<Value> value_of(const pb::Payload::Metric& metric, const Limits& limits = {}) {
  pb::Payload payload;
  *payload.add_metrics() = metric;
  const auto bytes = encoded(payload);
  const auto read = read_payload(bytes, limits);
  if (!read) return tl::unexpected(read.error());
  return read_value(read->metrics.at(0), Datatype::unknown, limits);
}

inline pb::Payload::Metric metric_of(pb::DataType datatype) {
  pb::Payload::Metric metric;
  metric.set_datatype(static_cast<std::uint32_t>(datatype));
  return metric;
}

/// An array metric of these bytes.
inline pb::Payload::Metric array_of(pb::DataType datatype, std::string_view bytes) {
  auto metric = metric_of(datatype);
  metric.set_bytes_value(std::string(bytes));
  return metric;
}

}  // namespace sluice::mapping::sparkplug
