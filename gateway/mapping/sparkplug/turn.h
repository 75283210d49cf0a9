#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "mapping/sparkplug/session.h"
#include "mapping/sparkplug/topic.h"

namespace sluice::mapping::sparkplug {

/// One message while it is worked on: what it is about, and what came of it.
///
/// At its end the faults go out: the first eight in words, of the rest the number.
class Turn {
 public:
  Turn(const Topic& topic, Timestamp time, const Limits& limits, Session::Counts& counts, Session::Output& output);
  ~Turn();
  Turn(const Turn&) = delete;
  Turn& operator=(const Turn&) = delete;

  const Topic& topic;
  const Timestamp time;  // of receipt
  const Limits& limits;
  Session::Counts& counts;
  Session::Output& output;

  /// Adds a record; false when the message's records are at their bound: then it is dropped and counted.
  bool give(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms,
            std::string_view quality);
  /// As give, for the metrics of a death: their number is bounded by the state.
  void give_stale(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms);
  /// "node 'plant/n1': " and the sentence.
  void fault(std::string_view sentence);

 private:
  Value record(std::string_view device, std::string_view metric, const Value& value, std::int64_t time_ms,
               std::string_view quality) const;

  std::size_t record_bytes_ = 0;
  std::size_t faults_ = 0;
};

}  // namespace sluice::mapping::sparkplug
