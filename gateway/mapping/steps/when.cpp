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

const Manual when_manual = {
    .form = R"md(`when: condition`)md",
    .text =
        R"md(Lets a record pass when the condition is true; false and null stop it, any other value is an error. It keeps no state.
Put it before steps that do, when they should not see what it drops.)md",
    .example = R"yaml(rules:
  - topic: door/{door}
    steps: [{when: open and battery < 20}]
    emit: attention
tests:
  - name: only open doors with a weak battery
    given:
      - {topic: door/a, payload: {open: true, battery: 90}}
      - {topic: door/b, payload: {open: true, battery: 12}}
      - {topic: door/c, payload: {battery: 12}}
    expect: [{event: attention, data: {door: b}}]
)yaml",
};

}  // namespace sluice::mapping
