#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "simulator/device.h"
#include "simulator/sparkplug/payload.h"

namespace sluice::simulator::sparkplug {

/// An edge node of Sparkplug B (Eclipse Sparkplug 3.0.0, chapters 5 and 6): births with names, aliases and datatypes,
/// data by alias, deaths, a sequence number from 0 to 255 over all that it sends, and a bdSeq from 0 to 255 that pairs
/// each death with its birth.
///
/// Order: will() before each connection; then the node's birth, the devices' births, and data.
class EdgeNode {
 public:
  EdgeNode(std::string group, std::string node) : group_(std::move(group)), node_(std::move(node)) {}

  /// The death certificate of the next connection, with the next bdSeq.
  message::Publish will(Timestamp now);
  std::string command_topic() const { return topic("NCMD"); }
  /// Whether it is a command to be born again.
  bool asks_for_rebirth(const message::Message& message) const;

  /// `metrics`: each with name, alias and value.
  void be_born(Timestamp now, std::vector<Metric> metrics, Publishes& out);
  void bear(std::string_view device, Timestamp now, std::vector<Metric> metrics, Publishes& out);
  /// `device`: "" for the node's own. `metrics`: each with alias and value.
  void tell(std::string_view device, Timestamp now, const std::vector<Metric>& metrics, Publishes& out);
  void die(std::string_view device, Timestamp now, Publishes& out);
  /// A message that never reached the broker.
  void lose_one() { next_seq(); }

 private:
  std::string topic(std::string_view type, std::string_view device = {}) const;
  std::uint64_t next_seq() { return seq_++ % 256; }
  Metric bd_seq() const;

  const std::string group_;
  const std::string node_;
  std::uint64_t seq_ = 0;
  std::uint64_t bd_seq_ = 0;
  bool lived_ = false;
};

}  // namespace sluice::simulator::sparkplug
