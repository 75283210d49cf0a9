#include "simulator/sparkplug/edge_node.h"

#include <fmt/format.h>

#include <utility>

namespace sluice::simulator::sparkplug {
namespace {

void declare(std::vector<Metric>& metrics) {
  for (auto& metric : metrics) metric.datatype = datatype_of(metric.value);
}

}  // namespace

std::string EdgeNode::topic(std::string_view type, std::string_view device) const {
  const auto node = fmt::format("spBv1.0/{}/{}/{}", group_, type, node_);
  return device.empty() ? node : fmt::format("{}/{}", node, device);
}

Metric EdgeNode::bd_seq() const {
  return {"bdSeq", std::nullopt, Datatype::int64, static_cast<std::int64_t>(bd_seq_)};
}

message::Publish EdgeNode::will(Timestamp now) {
  if (std::exchange(lived_, true)) bd_seq_ = (bd_seq_ + 1) % 256;
  return {topic("NDEATH"), write_payload(now, {bd_seq()}, std::nullopt), 1, false};
}

bool EdgeNode::asks_for_rebirth(const message::Message& message) const {
  return message.topic == command_topic() && sparkplug::asks_for_rebirth(message.payload);
}

void EdgeNode::be_born(Timestamp now, std::vector<Metric> metrics, Publishes& out) {
  seq_ = 0;
  declare(metrics);
  metrics.insert(metrics.begin(), {bd_seq(), {"Node Control/Rebirth", std::nullopt, Datatype::boolean, false}});
  out.push_back({topic("NBIRTH"), write_payload(now, metrics, next_seq()), 0, false});
}

void EdgeNode::bear(std::string_view device, Timestamp now, std::vector<Metric> metrics, Publishes& out) {
  declare(metrics);
  out.push_back({topic("DBIRTH", device), write_payload(now, metrics, next_seq()), 0, false});
}

void EdgeNode::tell(std::string_view device, Timestamp now, const std::vector<Metric>& metrics, Publishes& out) {
  out.push_back({topic(device.empty() ? "NDATA" : "DDATA", device), write_payload(now, metrics, next_seq()), 0, false});
}

void EdgeNode::die(std::string_view device, Timestamp now, Publishes& out) {
  out.push_back({topic("DDEATH", device), write_payload(now, {}, next_seq()), 0, false});
}

}  // namespace sluice::simulator::sparkplug
