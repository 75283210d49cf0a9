#pragma once

#include <cstdint>
#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/value.h"
#include "mapping/sparkplug/datatype.h"
#include "mapping/sparkplug/memory_account.h"

namespace sluice::mapping::sparkplug {

/// The metrics that one birth named, of a node itself or of one device: found by name or alias, each with its datatype
/// and last value, in the order of the birth.
///
/// Bounds: what it holds is taken from the account.
class MetricTable {
 public:
  struct Entry {
    std::string name;
    Datatype datatype = Datatype::unknown;
    Value value;  // the last one
  };

  explicit MetricTable(MemoryAccount& account) : share_(account) {}

  /// The metric of that name, made when it is new; null when the account has no room.
  Entry* add(std::string_view name, Datatype datatype);
  /// Lets `alias` stand for the metric; the metric that already has it when that is another, else null. When the
  /// account has no room the alias stays unknown.
  const Entry* set_alias(std::uint64_t alias, Entry& entry);
  /// Null when the birth named no such metric.
  Entry* find(std::string_view name);
  Entry* find(std::uint64_t alias);

  /// Keeps the last value; false when the account has no room: then it is null.
  bool keep(Entry& entry, const Value& value);

  const std::deque<Entry>& entries() const { return entries_; }

 private:
  MemoryShare share_;
  std::deque<Entry> entries_;  // stay where they are: the index points into them
  std::unordered_map<std::string_view, Entry*> by_name_;
  std::unordered_map<std::uint64_t, Entry*> by_alias_;
};

}  // namespace sluice::mapping::sparkplug
