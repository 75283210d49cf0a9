#pragma once

#include <cstdint>
#include <deque>
#include <map>
#include <mutex>
#include <string>
#include <vector>

#include "mapping/mapper.h"

namespace sluice::app {

/// The last failures of the mapping, for `/mappings/errors`, and their numbers.
///
/// Threads: any.
class FailureRecord {
 public:
  static constexpr std::size_t kept = 100;
  static constexpr milliseconds log_interval{1000};  // per rule

  /// Keeps and counts the failure; logs it unless the same rule logged one within the last second of `failure.time`.
  void add(mapping::Failure failure);

  /// Oldest first.
  std::vector<mapping::Failure> last() const;
  std::uint64_t total() const;

  struct Count {
    std::string where;
    std::string rule;
    std::uint64_t failures = 0;
  };
  /// Other rules are at work from now on: numbers by rule begin anew. The last failures and the total stay.
  void change_rules();
  /// One per rule that failed.
  std::vector<Count> by_rule() const;

 private:
  struct Rule {
    std::string name;
    std::uint64_t failures = 0;
    std::uint64_t unlogged = 0;
    Timestamp logged{milliseconds::min()};
  };
  mutable std::mutex mutex_;
  std::deque<mapping::Failure> last_;
  std::map<std::string, Rule> rules_;  // by place
  std::uint64_t total_ = 0;
};

}  // namespace sluice::app
