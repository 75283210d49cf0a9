#pragma once

#include <cstdint>

#include "mapping/rule.h"
#include "mapping/stage.h"
#include "mapping/trace.h"

namespace sluice::mapping {

/// Stands before a step (or before a rule's output) and tells a Trace what comes by.
///
/// Threads: the pipeline thread.
class TraceStage final : public Stage {
 public:
  /// `before` and `after`: the steps around it; null where the rule begins or its output stands. `behind`: the one
  /// behind the step after it.
  TraceStage(const Rule& rule, const Step* before, const Step* after, const TraceStage* behind, Trace& trace,
             Stage& next)
      : rule_(rule), before_(before), after_(after), behind_(behind), trace_(trace), next_(next) {}

  void take(Record&& record) override;

 private:
  const Rule& rule_;
  const Step* before_;
  const Step* after_;
  const TraceStage* behind_;
  Trace& trace_;
  Stage& next_;
  std::uint64_t seen_ = 0;
};

}  // namespace sluice::mapping
