#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `when: condition`: passes a record for which it holds.
class WhenStep final : public Step {
 public:
  explicit WhenStep(Expression holds) : condition(std::move(holds)) {}
  Expression condition;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class WhenStage final : public StepStage {
 public:
  WhenStage(const WhenStep& step, Context& context, Stage& next) : StepStage(step, context, next), step_(step) {}

  void take(Record&& record) override {
    const auto holds = step_.condition.holds(environment(record));
    if (!holds) return fail(record, holds.error().message);
    if (*holds) give(std::move(record));
  }

 private:
  const WhenStep& step_;
};

std::unique_ptr<Stage> WhenStep::start(Context& context, Stage& next) const {
  return std::make_unique<WhenStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_when(const YamlNode& body, RuleReader& reader) {
  auto condition = reader.expression(body);
  if (!condition) return nullptr;
  return std::make_unique<WhenStep>(std::move(*condition));
}

}  // namespace sluice::mapping
