#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "mapping/rule.h"
#include "mapping/stage.h"

namespace sluice::mapping {

class KeyWatch;

/// A rule at work in one Mapper: its steps in a row, and at their end what it emits and publishes.
///
/// Threads: the pipeline thread.
class RuleStages {
 public:
  RuleStages(const Rule& rule, Context& context);
  ~RuleStages();

  /// Where records of a rule `from:` an event enter.
  Stage& first() { return *first_; }
  /// Takes over what the stages of the same rule in the mapper before this one remember: of each step as long as it
  /// and all before it say the same. Returns how many steps with state go on.
  std::size_t adopt(RuleStages& before);
  /// Steps with state.
  std::size_t keyed_steps() const;

  /// A message's record: the payload's fields, the placeholders over them.
  void start(Value&& payload, const std::vector<std::string_view>& captures, std::size_t topic, const Origin& origin);

 private:
  Value fields_of(Value&& payload) const;

  const Rule& rule_;
  std::unique_ptr<Stage> end_;
  std::vector<std::unique_ptr<Stage>> stages_;  // the last one first
  std::vector<Stage*> steps_;                   // of each step
  std::vector<KeyWatch*> watches_;              // of each of the rule's watched keys
  Stage* first_;
};

}  // namespace sluice::mapping
