#include "mapping/keyed_state.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `hold: {for, while, key}`: passes the newest record once a condition has held for so long.
class HoldStep final : public KeyedStep {
 public:
  milliseconds lasting{};
  Expression condition;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class HoldStage final : public StepStage {
 public:
  HoldStage(const HoldStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), owner_(*this), slots_(context, step.key) {}

  void take(Record&& record) override {
    const auto holds = step_.condition.holds(environment(record));
    if (!holds) return fail(record, holds.error().message);
    const auto found = slots_.at(record.fields, owner_.cell());
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    if (!*holds) {
      context().timers.disarm(slot);
      slot.stretch = false;
      slots_.release(slot);
      return;
    }
    if (!slot.stretch) {
      slot.stretch = true;
      context().timers.arm(slot, context().now + step_.lasting);
    }
    if (!slot.armed()) return;  // told already
    slots_.keep(slot, std::move(record));
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override {
    auto& same = static_cast<HoldStage&>(before);
    slots_.adopt(same.slots_);
    owner_.adopt(same.owner_, *this);
  }

 private:
  struct Slot final : RecordSlot, Alarm {
    explicit Slot(HoldStage*& owner) : stage(owner) {}
    void ring() override { stage->pass_newest(*this); }
    HoldStage*& stage;
    bool stretch = false;  // the condition holds since some record
  };

  void pass_newest(Slot& slot) {
    auto newest = slots_.release(slot);
    give(newest.release());
  }

  const HoldStep& step_;
  OwnerLink<HoldStage> owner_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> HoldStep::start(Context& context, Stage& next) const {
  return std::make_unique<HoldStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_hold(const YamlNode& body, RuleReader& reader) {
  if (!reader.report().parts(body, {"for", "while", "key"}, "hold")) return nullptr;
  const auto* lasting = body.find("for");
  const auto* condition = body.find("while");
  if (lasting == nullptr || condition == nullptr) {
    reader.report().error(body, "hold needs 'for', a duration, and 'while', a condition");
    return nullptr;
  }
  auto step = std::make_unique<HoldStep>();
  step->key = reader.key_of(body);
  const auto duration = reader.report().duration(*lasting);
  auto holds = reader.expression(*condition, "while");
  if (!duration || !holds) return nullptr;
  step->lasting = *duration;
  step->condition = std::move(*holds);
  return step;
}

const Manual hold_manual = {
    .form = R"md(`hold: {for: T, while: condition, key: fields}`)md",
    .text =
        R"md(Tells of a condition that lasts: the first record for which it is true starts the time, one for which it is false ends
it. When T is over the newest record passes, once. State: the newest record, a key.)md",
    .example = R"yaml(rules:
  - topic: door/{door}
    steps: [{hold: {for: 30s, while: open}}]
    emit: left_open
tests:
  - name: a door that is shut in time is no news
    given:
      - {at: 0s,  topic: door/a, payload: {open: true}}
      - {at: 0s,  topic: door/b, payload: {open: true}}
      - {at: 20s, topic: door/b, payload: {open: false}}
      - {at: 60s}
    expect: [{at: 30s, event: left_open, data: {door: a}}]
)yaml",
};

}  // namespace sluice::mapping
