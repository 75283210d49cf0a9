#include "mapping/keyed_state.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// `batch: {into, of, max, within, key}`: gathers values of all keys (or of each `key`) and passes them as one record,
/// when there are `max` of them or `within` after the first.
class BatchStep final : public KeyedStep {
 public:
  std::string into;
  Expression of;
  std::size_t max = 0;
  milliseconds within{};

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

class BatchStage final : public StepStage {
 public:
  BatchStage(const BatchStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), owner_(*this), slots_(context, step.key) {}

  void take(Record&& record) override {
    auto of = step_.of.evaluate(environment(record));
    if (!of) return fail(record, of.error().message);
    const auto found = slots_.at(record.fields, owner_.cell());
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    if (auto room = slots_.has_room(); !room) return fail(record, room.error().message);
    const auto bytes = of->heap_bytes() + sizeof(Value);
    slot.items.push_back(std::move(*of));
    slot.item_bytes += bytes;
    slots_.resized(slot, 0, bytes);
    if (slot.items.size() == 1) {
      slot.fields = key_fields(record.fields);
      slot.origin = record.origin->keep();
      context().timers.arm(slot, context().now + step_.within);
    }
    if (slot.items.size() < step_.max) return;
    context().timers.disarm(slot);
    pass(slot);
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override {
    auto& same = static_cast<BatchStage&>(before);
    slots_.adopt(same.slots_);
    owner_.adopt(same.owner_, *this);
  }

 private:
  struct Slot final : StateSlot, Alarm {
    explicit Slot(BatchStage*& owner) : stage(owner) {}
    void ring() override { stage->pass(*this); }
    BatchStage*& stage;
    Value::List items;
    std::size_t item_bytes = 0;
    Value fields;  // of the batch: its key
    std::shared_ptr<const Origin> origin;
  };

  Value key_fields(const Value& record) const {
    Value fields = Value::object();
    for (const auto& name : step_.key) {
      if (const Value* value = record.find(name)) fields.set(name, *value);
    }
    return fields;
  }

  void pass(Slot& slot) {
    slots_.resized(slot, std::exchange(slot.item_bytes, 0), 0);
    Value fields = std::exchange(slot.fields, Value());
    fields.set(step_.into, Value(std::exchange(slot.items, {})));
    const auto origin = std::exchange(slot.origin, nullptr);
    give({std::move(fields), origin.get()});
  }

  const BatchStep& step_;
  OwnerLink<BatchStage> owner_;
  KeyedState<Slot> slots_;
};

std::unique_ptr<Stage> BatchStep::start(Context& context, Stage& next) const {
  return std::make_unique<BatchStage>(*this, context, next);
}

}  // namespace

std::unique_ptr<Step> read_batch(const YamlNode& body, RuleReader& reader) {
  if (!reader.report().parts(body, {"into", "of", "max", "within", "key"}, "batch")) return nullptr;
  const auto* into = body.find("into");
  const auto* of = body.find("of");
  const auto* max = body.find("max");
  const auto* within = body.find("within");
  if (into == nullptr || of == nullptr || max == nullptr || within == nullptr) {
    reader.report().error(body, "batch needs 'into', 'of', 'max' and 'within'");
    return nullptr;
  }
  auto step = std::make_unique<BatchStep>();
  if (const auto* own = body.find("key")) step->key = reader.key_names(*own);
  const auto name = reader.report().text(*into, "into");
  auto value = reader.expression(*of, "of");
  const auto most = reader.report().integer(*max, "max", 1, static_cast<std::int64_t>(reader.max_batch));
  const auto duration = reader.report().duration(*within);
  reader.known = {.open = false, .names = step->key};
  if (name) reader.provide(*name, *into);
  if (!name || !value || !most || !duration) return nullptr;
  step->into = *name;
  step->of = std::move(*value);
  step->max = static_cast<std::size_t>(*most);
  step->within = *duration;
  return step;
}

const Manual batch_manual = {
    .form = R"md(`batch: {into: name, of: expression, max: n, within: T, key: fields}`)md",
    .text =
        R"md(Several records as one: at `max` items, or `within` so long after the first. There is one batch for all keys unless
`key:` says otherwise. State: the items; `max` is at most `limits.batch`.)md",
    .example = R"yaml(rules:
  - topic: order/{id}
    steps: [{batch: {into: orders, of: id, max: 3, within: 100ms}}]
    emit: {event: orders, data: {orders: =orders}}
tests:
  - name: three at once, or what came in 100 ms
    given:
      - {at: 0ms,  topic: order/1, payload: {}}
      - {at: 10ms, topic: order/2, payload: {}}
      - {at: 20ms, topic: order/3, payload: {}}
      - {at: 50ms, topic: order/4, payload: {}}
      - {at: 1s}
    expect:
      - {at: 20ms,  event: orders, data: {orders: ["1", "2", "3"]}}
      - {at: 150ms, event: orders, data: {orders: ["4"]}}
)yaml",
};

}  // namespace sluice::mapping
