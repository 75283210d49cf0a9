#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "mapping/rule.h"
#include "mapping/stage.h"

namespace sluice::mapping {

/// A rule at work in one Mapper: its steps in a row, and at their end what it emits and publishes.
///
/// Threads: the pipeline thread.
class RuleStages {
 public:
  RuleStages(const Rule& rule, Context& context);
  ~RuleStages();

  /// Where records of a rule `from:` an event enter.
  Stage& first() { return *first_; }
  /// A message's record: the payload's fields, the placeholders over them.
  void start(Value&& payload, const std::vector<std::string_view>& captures, std::size_t topic, const Origin& origin);

 private:
  Value fields_of(Value&& payload) const;

  const Rule& rule_;
  std::unique_ptr<Stage> end_;
  std::vector<std::unique_ptr<Stage>> stages_;  // the last one first
  Stage* first_;
};

}  // namespace sluice::mapping
