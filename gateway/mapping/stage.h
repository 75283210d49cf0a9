#pragma once

#include <string>
#include <string_view>

#include "mapping/context.h"

namespace sluice::mapping {

/// A part of a rule at work in one Mapper: takes records and gives what comes of them to the next stage.
///
/// Threads: the pipeline thread.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  virtual void take(Record&& record) = 0;
  /// Drops the state of a key (as state_key.h writes it) of the rule.
  virtual void forget(std::string_view) {}
  /// Takes over what `before`, the same stage of the mapper before this one, remembers. Called at most once, before the
  /// first record.
  virtual void adopt(Stage& /*before*/) {}
};

/// A step as compiled: what the file says, without state.
///
/// Threads: any (immutable).
class Step {
 public:
  virtual ~Step() = default;
  /// The step at work; `next` gets what passes.
  virtual std::unique_ptr<Stage> start(Context& context, Stage& next) const = 0;

  std::string kind;   // "throttle"
  std::string where;  // file:line:column
  std::string rule;   // the name of its rule
  /// What decides how its state looks: two steps that say the same can hand theirs on.
  std::string fingerprint;
};

/// A step that remembers something of each key.
class KeyedStep : public Step {
 public:
  std::vector<std::string> key;  // the fields that make it
};

/// The base of all steps at work.
class StepStage : public Stage {
 public:
  StepStage(const Step& step, Context& context, Stage& next) : step_base_(step), context_(context), next_(next) {}

 protected:
  void give(Record&& record) { next_.take(std::move(record)); }
  void fail(const Record& record, std::string text) {
    context_.fail(step_base_.where, step_base_.rule, *record.origin->message, std::move(text));
  }
  Environment environment(const Record& record) const { return context_.environment(record); }
  Context& context() { return context_; }

 private:
  const Step& step_base_;
  Context& context_;
  Stage& next_;
};

}  // namespace sluice::mapping
