#include "mapping/keyed_state.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `silence: T` or `{for, key}`: passes the last record once T after it, if none follows it.
class SilenceStep final : public KeyedStep {
 public:
  milliseconds lasting{};

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class SilenceStage final : public StepStage {
 public:
  SilenceStage(const SilenceStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), owner_(*this), slots_(context, step.key) {}

  void take(Record&& record) override {
    const auto found = slots_.at(record.fields, owner_.cell());
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    slots_.keep(slot, std::move(record));
    context().timers.arm(slot, context().now + step_.lasting);
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override {
    auto& same = static_cast<SilenceStage&>(before);
    slots_.adopt(same.slots_);
    owner_.adopt(same.owner_, *this);
  }

 private:
  struct Slot final : RecordSlot, Alarm {
    explicit Slot(SilenceStage*& owner) : stage(owner) {}
    void ring() override { stage->pass_last(*this); }
    SilenceStage*& stage;
  };

  void pass_last(Slot& slot) {
    auto last = slots_.release(slot);
    give(last.release());
  }

  const SilenceStep& step_;
  OwnerLink<SilenceStage> owner_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> SilenceStep::start(Context& context, Stage& next) const {
  return std::make_unique<SilenceStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_silence(const YamlNode& body, RuleReader& reader) {
  auto step = std::make_unique<SilenceStep>();
  const YamlNode* lasting = &body;
  bool good = true;
  if (body.is_map()) {
    good = reader.report().parts(body, {"for", "key"}, "silence");
    lasting = body.find("for");
    if (lasting == nullptr) reader.report().error(body, "silence lacks 'for': a duration");
  }
  step->key = reader.key_of(body);
  const auto duration = lasting == nullptr ? std::nullopt : reader.report().duration(*lasting);
  if (!duration) return nullptr;
  step->lasting = *duration;
  return good ? std::move(step) : nullptr;
}

const Manual silence_manual = {
    .form = R"md(`silence: T`, or `silence: {for: T, key: fields}`)md",
    .text =
        R"md(Tells that nothing came for T after the last record, which then passes, once. State: the last record, a key.)md",
    .example = R"yaml(rules:
  - topic: sensor/{sensor}
    steps: [{silence: 5s}]
    emit: lost
tests:
  - name: the last reading is named when no other follows
    given:
      - {at: 0s, topic: sensor/a, payload: {mm: 1}}
      - {at: 3s, topic: sensor/a, payload: {mm: 2}}
      - {at: 20s}
    expect: [{at: 8s, event: lost, data: {sensor: a, mm: 2}}]
)yaml",
};

}  // namespace sluice::mapping
