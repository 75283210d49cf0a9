#include "mapping/steps/step_kinds.h"

#include <algorithm>
#include <cmath>

#include "mapping/keyed_state.h"

namespace sluice::mapping {
namespace {

/// `changed: refs` or `{of, deadband, at_least, key}`: passes a record whose values differ from those of the last one
/// that passed.
class ChangedStep final : public KeyedStep {
 public:
  std::vector<Expression> of;
  std::vector<std::string> names;  // of each, in `previous`
  double deadband = 0;
  std::optional<milliseconds> at_least;

  std::unique_ptr<Stage> start(Context& context, Stage& next) const override;
};

/// True when `a` and `b` are not the same; numbers, also within lists, when they are more than `deadband` apart.
bool differs(const Value& a, const Value& b, double deadband) {
  if (a.is_number() && b.is_number() && deadband > 0) return std::abs(a.as_number() - b.as_number()) > deadband;
  if (a.is_list() && b.is_list() && deadband > 0) {
    const auto& left = a.as_list();
    const auto& right = b.as_list();
    if (left.size() != right.size()) return true;
    for (std::size_t i = 0; i < left.size(); ++i) {
      if (differs(left[i], right[i], deadband)) return true;
    }
    return false;
  }
  return !(a == b);
}

class ChangedStage final : public StepStage {
 public:
  ChangedStage(const ChangedStep& step, Context& context, Stage& next)
      : StepStage(step, context, next), step_(step), slots_(context, step.key) {}

  void take(Record&& record) override {
    values_.clear();
    for (const auto& reference : step_.of) {
      auto value = reference.evaluate(environment(record));
      if (!value) return fail(record, value.error().message);
      values_.push_back(std::move(*value));
    }
    const auto found = slots_.at(record.fields);
    if (!found) return fail(record, found.error().message);
    Slot& slot = **found;
    if (slot.passed && !due(slot)) return;
    record.fields.set("previous", slot.passed ? previous(slot) : Value());
    std::swap(slot.values, values_);
    slots_.resized(slot, slot.heap_bytes, heap_bytes(slot.values));
    slot.heap_bytes = heap_bytes(slot.values);
    slot.passed = true;
    slot.time = context().now;
    give(std::move(record));
  }
  void forget(std::string_view key) override { slots_.forget(key); }
  void adopt(Stage& before) override { slots_.adopt(static_cast<ChangedStage&>(before).slots_); }

 private:
  struct Slot : StateSlot {
    std::vector<Value> values;
    Timestamp time{};
    bool passed = false;
    std::size_t heap_bytes = 0;
  };

  bool due(const Slot& slot) {
    for (std::size_t i = 0; i < values_.size(); ++i) {
      if (differs(values_[i], slot.values[i], step_.deadband)) return true;
    }
    return step_.at_least && context().now - slot.time >= *step_.at_least;
  }
  Value previous(Slot& slot) const {
    Value::Object object;
    object.reserve(slot.values.size());
    for (std::size_t i = 0; i < slot.values.size(); ++i) object.push_back({step_.names[i], std::move(slot.values[i])});
    return object;
  }
  static std::size_t heap_bytes(const std::vector<Value>& values) {
    std::size_t bytes = values.capacity() * sizeof(Value);
    for (const auto& value : values) bytes += value.heap_bytes();
    return bytes;
  }

  const ChangedStep& step_;
  KeyedState<Slot> slots_;
  std::vector<Value> values_;  // of the record in hand
};

std::unique_ptr<Stage> ChangedStep::start(Context& context, Stage& next) const {
  return std::make_unique<ChangedStage>(*this, context, next);
}

bool read_references(const YamlNode& node, ChangedStep& step, RuleReader& reader) {
  std::vector<const YamlNode*> nodes;
  if (node.is_list()) {
    for (const auto& child : node.children) nodes.push_back(&child);
  } else {
    nodes.push_back(&node);
  }
  if (nodes.empty()) reader.report().error(node, "changed names nothing to compare");
  bool good = !nodes.empty();
  for (const auto* one : nodes) {
    auto reference = reader.expression(*one);
    if (!reference) {
      good = false;
      continue;
    }
    auto name = reference->last_name();
    if (name.empty()) name = reference->text();
    if (std::find(step.names.begin(), step.names.end(), name) != step.names.end()) {
      reader.report().error(*one, "'" + name + "' would be twice in previous: give one of them another name with set");
      good = false;
    }
    step.names.push_back(std::move(name));
    step.of.push_back(std::move(*reference));
  }
  return good;
}

}  // namespace

std::unique_ptr<Step> read_changed(const YamlNode& body, RuleReader& reader) {
  auto step = std::make_unique<ChangedStep>();
  bool good = true;
  if (body.is_map()) {
    good = reader.report().parts(body, {"of", "deadband", "at_least", "key"}, "changed");
    if (const auto* of = body.find("of")) {
      good = read_references(*of, *step, reader) && good;
    } else {
      reader.report().error(body, "changed lacks 'of': what to compare");
      good = false;
    }
    if (const auto* deadband = body.find("deadband")) {
      const auto number = reader.report().number(*deadband, "deadband");
      if (number && *number < 0) reader.report().error(*deadband, "deadband " + shown(*deadband) + " is below zero");
      good = good && number && *number >= 0;
      if (good) step->deadband = *number;
    }
    if (const auto* at_least = body.find("at_least")) {
      step->at_least = reader.report().duration(*at_least);
      good = good && step->at_least;
    }
  } else {
    good = read_references(body, *step, reader);
  }
  step->key = reader.key_of(body);
  reader.provide("previous", body);
  return good ? std::move(step) : nullptr;
}

const Manual changed_manual = {
    .form = R"md(`changed: refs`, or `changed: {of: refs, deadband: n, at_least: T, key: fields}`)md",
    .text =
        R"md(Passes a record whose values differ from those of the **last one that passed**: the first of a key, then each that is
different. With `deadband` numbers must be more than that apart; with `at_least` the next record so long after the last
pass goes through unchanged too. `previous` holds the values then (`previous.state`), and is null the first time.
State: the last values, a key.)md",
    .example = R"yaml(rules:
  - topic: pump/{pump}
    steps: [{changed: {of: bar, deadband: 0.1, at_least: 1m}}]
    emit: pressure
tests:
  - name: small moves stay inside, once a minute all is told
    given:
      - {at: 0s,  topic: pump/a, payload: {bar: 2.0}}
      - {at: 1s,  topic: pump/a, payload: {bar: 2.05}}
      - {at: 2s,  topic: pump/a, payload: {bar: 2.3}}
      - {at: 70s, topic: pump/a, payload: {bar: 2.31}}
    expect:
      - {at: 0s,  event: pressure, data: {bar: 2.0, previous: null}}
      - {at: 2s,  event: pressure, data: {bar: 2.3, previous: {bar: 2.0}}}
      - {at: 70s, event: pressure, data: {bar: 2.31}}
)yaml",
};

}  // namespace sluice::mapping
