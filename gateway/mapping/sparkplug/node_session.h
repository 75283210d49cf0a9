#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>

#include "mapping/sparkplug/metric_table.h"
#include "mapping/sparkplug/payload.h"
#include "mapping/sparkplug/turn.h"

namespace sluice::mapping::sparkplug {

/// One node's part of a Session: its life, its devices', their metrics. What it does stands at Session.
///
/// Threads: as Session. The account must outlive it.
class NodeSession {
 public:
  explicit NodeSession(MemoryAccount& account) : account_(account), own_(account) {}

  /// Takes a message of this node; `turn` says which.
  void receive(const Payload& payload, Turn& turn);

 private:
  /// The node itself or one of its devices.
  struct Member {
    explicit Member(MemoryAccount& account) : share(account), metrics(account) {}
    MemoryShare share;  // of the member itself
    MetricTable metrics;
    bool born = false;
    bool told_stale = true;  // of all its metrics, also when there are none
    bool cut = false;        // its birth named more than the bounds allow
  };
  using Devices = std::map<std::string, Member, std::less<>>;

  void node_birth(const Payload& payload, Turn& turn);
  void node_death(const Payload& payload, Turn& turn);
  void device_birth(const Payload& payload, Turn& turn);
  void device_death(const Payload& payload, Turn& turn);
  void data(const Payload& payload, Turn& turn);

  void check_seq(const Payload& payload, Turn& turn);
  void drop_before_birth(Turn& turn);
  void ask_for_birth(Turn& turn);

  Member* make_device(Turn& turn);
  void take_birth(Member& member, const Payload& payload, bool late, Turn& turn);
  MetricTable::Entry* name_metric(MetricTable& table, const Metric& metric, std::size_t most, bool& cut, Turn& turn);
  void take_value(MetricTable& table, MetricTable::Entry& entry, const Metric& metric, const Payload& payload,
                  bool stale, Turn& turn);
  void tell_stale(std::string_view device, Member& member, std::int64_t time_ms, Turn& turn);
  std::size_t count_metrics() const;

  MemoryAccount& account_;
  Member own_;
  Devices devices_;
  std::optional<std::uint64_t> birth_number_;  // bdSeq of the newest NBIRTH
  std::optional<std::uint64_t> lone_death_;    // bdSeq of an NDEATH since then that is not of that NBIRTH
  std::uint64_t next_seq_ = 0;
  bool settling_ = false;     // since the NBIRTH there was no data: devices are being born
  bool wants_birth_ = false;  // what is known of the node is not whole
  bool waits_ = false;        // asked, and not answered
  std::optional<Timestamp> asked_;
};

}  // namespace sluice::mapping::sparkplug
