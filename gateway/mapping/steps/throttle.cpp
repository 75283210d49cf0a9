#include "mapping/keyed_state.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `throttle: T` or `{every, key}`: the first record at once, then the newest at most every T, the last one included.
class ThrottleStep final : public KeyedStep {
 public:
  milliseconds every{};

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class ThrottleStage final : public StepStage {
 public:
  ThrottleStage(const ThrottleStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), owner_(*this), slots_(context, step.key) {}

  void take(Record&& record) override {
    const auto found = slots_.at(record.fields, owner_.cell());
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    const auto now = context().now;
    if (!slot.armed() && now >= slot.next) {
      slot.next = now + step_.every;
      return give(std::move(record));
    }
    slots_.keep(slot, std::move(record));
    if (!slot.armed()) context().timers.arm(slot, slot.next);
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override {
    auto& same = static_cast<ThrottleStage&>(before);
    slots_.adopt(same.slots_);
    owner_.adopt(same.owner_, *this);
  }

 private:
  struct Slot final : RecordSlot, Alarm {
    explicit Slot(ThrottleStage*& owner) : stage(owner) {}
    void ring() override { stage->pass_newest(*this); }
    ThrottleStage*& stage;
    Timestamp next{};
  };

  void pass_newest(Slot& slot) {
    slot.next = slot.due() + step_.every;
    auto newest = slots_.release(slot);
    give(newest.release());
  }

  const ThrottleStep& step_;
  OwnerLink<ThrottleStage> owner_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> ThrottleStep::start(Context& context, Stage& next) const {
  return std::make_unique<ThrottleStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_throttle(const YamlNode& body, RuleReader& reader) {
  auto step = std::make_unique<ThrottleStep>();
  const YamlNode* every = &body;
  bool good = true;
  if (body.is_map()) {
    good = reader.report().parts(body, {"every", "key"}, "throttle");
    every = body.find("every");
    if (every == nullptr) reader.report().error(body, "throttle lacks 'every': a duration");
  }
  step->key = reader.key_of(body);
  const auto duration = every == nullptr ? std::nullopt : reader.report().duration(*every);
  if (!duration) return nullptr;
  step->every = *duration;
  return good ? std::move(step) : nullptr;
}

const Manual throttle_manual = {
    .form = R"md(`throttle: T`, or `throttle: {every: T, key: fields}`)md",
    .text =
        R"md(The first record at once, then the newest at most every T. The last one is never lost: it is sent when the time is over.
State: the newest record, a key.)md",
    .example = R"yaml(rules:
  - topic: vine/{vine}
    steps: [{throttle: 200ms}]
    emit: growth
tests:
  - name: the first at once, then the newest
    given:
      - {at: 0ms,   topic: vine/a, payload: {cm: 70}}
      - {at: 50ms,  topic: vine/a, payload: {cm: 71}}
      - {at: 100ms, topic: vine/a, payload: {cm: 72}}
      - {at: 1s}
    expect:
      - {at: 0ms,   event: growth, data: {cm: 70}}
      - {at: 200ms, event: growth, data: {cm: 72}}
)yaml",
};

}  // namespace sluice::mapping
