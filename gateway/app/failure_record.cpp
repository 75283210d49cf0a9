#include "app/failure_record.h"

#include "base/log.h"

namespace sluice::app {

void FailureRecord::add(mapping::Failure failure) {
  const std::lock_guard lock(mutex_);
  ++total_;
  auto& rule = rules_[failure.where];
  rule.name = failure.rule;
  ++rule.failures;
  if (rule.logged == Timestamp(milliseconds::min()) || failure.time - rule.logged >= log_interval) {
    auto line = failure.where + ": " + failure.message + " (topic " + failure.topic + ")";
    if (rule.unlogged > 0) line += "; " + std::to_string(rule.unlogged) + " more since the last such line";
    log::warning(line);
    rule.logged = failure.time;
    rule.unlogged = 0;
  } else {
    ++rule.unlogged;
  }
  last_.push_back(std::move(failure));
  if (last_.size() > kept) last_.pop_front();
}

void FailureRecord::change_rules() {
  const std::lock_guard lock(mutex_);
  rules_.clear();
}

std::vector<mapping::Failure> FailureRecord::last() const {
  const std::lock_guard lock(mutex_);
  return {last_.begin(), last_.end()};
}

std::uint64_t FailureRecord::total() const {
  const std::lock_guard lock(mutex_);
  return total_;
}

std::vector<FailureRecord::Count> FailureRecord::by_rule() const {
  const std::lock_guard lock(mutex_);
  std::vector<Count> counts;
  for (const auto& [where, rule] : rules_) counts.push_back({where, rule.name, rule.failures});
  return counts;
}

}  // namespace sluice::app
