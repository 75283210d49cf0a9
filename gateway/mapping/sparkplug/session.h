#pragma once

#include <algorithm>
#include <array>
#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/value.h"
#include "mapping/sparkplug/limits.h"
#include "mapping/sparkplug/memory_account.h"
#include "message/message.h"

namespace sluice::mapping::sparkplug {

class NodeSession;
struct Topic;

/// The names in every record of a Session, in order.
constexpr std::array<std::string_view, 7> record_fields = {"group", "node", "device", "metric",
                                                           "value", "time", "quality"};

/// What has been heard of all Sparkplug B nodes: who lives, what an alias stands for, every metric's last value. Turns
/// messages into one record a metric, so that who reads the records never sees an alias. A pure function of messages
/// and their times.
///
/// - A record is an object `group node device metric value time quality`, in this order: `device` null for the node's
///   own metrics; `time` in ms, of the metric, else of the payload, else of receipt; `quality` "good" or "stale".
/// - A birth and data give a record for each metric; a value marked as historical gives none (it must not stand as the
///   current one; Sparkplug 3.0, 6.4.6), nor does a template. Both are counted.
/// - A death gives a stale record, with the last value, for each metric of the node and its devices. So does a birth
///   for the metrics that it no longer names; and the first data after a node's birth for devices not born again.
/// - "stale" are also values whose property `Quality` is other than 192, good (6.4.9.1).
/// - A node is asked for its births (at most once in Limits::rebirth_pause) when it is first heard by anything but its
///   own birth or death; by data before a birth; by a metric that its birth did not name; by a gap in `seq`; and
///   again, with each further message of it, until its NBIRTH comes. Data before a birth is dropped and counted.
/// - `bdSeq` pairs deaths with births: a death of another number than the birth's is late, and ignored; a birth that
///   comes after its own death is late too, and its metrics are stale.
///
/// Threads: one. Bounds: Limits; what is beyond them is an error and counted, nothing known is evicted.
class Session {
 public:
  /// What came of messages, appended in order.
  struct Output {
    std::vector<Value> records;
    std::vector<message::Publish> publishes;
    std::vector<std::string> errors;  // sentences
  };
  struct Counts {
    std::uint64_t messages = 0;  // all but commands and host states
    std::uint64_t rebirth_requests = 0;
    std::uint64_t gaps = 0;             // in seq
    std::uint64_t before_birth = 0;     // messages dropped
    std::uint64_t unknown_metrics = 0;  // of data: names or aliases that no birth gave
    std::uint64_t late_deaths = 0;      // ignored
    std::uint64_t historical = 0;       // metrics without a record
    std::uint64_t templates = 0;        // metrics without a record
    std::uint64_t beyond_bounds = 0;    // metrics, nodes and records dropped
  };

  explicit Session(const Limits& limits = {});
  ~Session();
  Session(const Session&) = delete;
  Session& operator=(const Session&) = delete;

  /// Takes one message. Commands (NCMD, DCMD) and the states of host applications (STATE) give nothing.
  void receive(std::string_view topic, std::string_view payload, Timestamp time, Output& output);

  /// Bytes held, about; never above Limits::state_bytes.
  std::size_t heap_bytes() const { return account_.used; }
  /// What it may hold from now on, at most Limits::state_bytes; what it holds already it keeps.
  void give_room(std::size_t bytes) { account_.limit = std::min(bytes, limits_.state_bytes); }
  const Counts& counts() const { return counts_; }
  std::size_t nodes() const { return nodes_.size(); }

 private:
  /// Made when it is new; null when there is no room.
  NodeSession* node(const Topic& topic);

  const Limits limits_;
  MemoryAccount account_;
  MemoryShare nodes_share_{account_};
  Counts counts_;
  std::map<std::string, std::unique_ptr<NodeSession>, std::less<>> nodes_;  // by group/node
  std::string key_;                                                         // scratch
};

}  // namespace sluice::mapping::sparkplug
