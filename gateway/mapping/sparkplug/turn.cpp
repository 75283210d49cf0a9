#include "mapping/sparkplug/turn.h"

#include "base/text.h"

namespace sluice::mapping::sparkplug {
namespace {

constexpr std::size_t faults_in_words = 8;
constexpr std::size_t bytes_a_record = 256;  // without its texts, about

}  // namespace

Turn::Turn(const Topic& a_topic, Timestamp a_time, const Limits& all_limits, Session::Counts& all_counts,
           Session::Output& an_output)
    : topic(a_topic), time(a_time), limits(all_limits), counts(all_counts), output(an_output) {}

Turn::~Turn() {
  if (faults_ <= faults_in_words) return;
  output.errors.push_back("node '" + excerpt(topic.group) + "/" + excerpt(topic.node) +
                          "': " + std::to_string(faults_ - faults_in_words) + " more faults in this message");
}

bool Turn::give(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms,
                std::string_view quality) {
  if (record_bytes_ > limits.record_bytes) {
    ++counts.beyond_bounds;
    return false;
  }
  output.records.push_back(record(device, metric, value, time_ms, quality));
  record_bytes_ +=
      bytes_a_record + topic.group.size() + topic.node.size() + device.size() + metric.size() + value.heap_bytes();
  if (record_bytes_ > limits.record_bytes) {
    fault("the message's records are above " + std::to_string(limits.record_bytes) + " bytes: the rest is dropped");
  }
  return true;
}

void Turn::give_stale(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms) {
  output.records.push_back(record(device, metric, value, time_ms, "stale"));
}

void Turn::fault(std::string_view sentence) {
  if (++faults_ > faults_in_words) return;
  output.errors.push_back("node '" + excerpt(topic.group) + "/" + excerpt(topic.node) + "': " + std::string(sentence));
}

Value Turn::record(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms,
                   std::string_view quality) const {
  Value::Object fields;
  fields.reserve(7);
  fields.push_back({"group", topic.group});
  fields.push_back({"node", topic.node});
  fields.push_back({"device", device.empty() ? Value() : Value(device)});
  fields.push_back({"metric", metric});
  fields.push_back({"value", value});
  fields.push_back({"time", time_ms});
  fields.push_back({"quality", quality});
  return Value(std::move(fields));
}

}  // namespace sluice::mapping::sparkplug
