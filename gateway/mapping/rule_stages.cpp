#include "mapping/rule_stages.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/key_watch.h"
#include "mapping/trace_stage.h"

namespace sluice::mapping {
namespace {

/// The end of a rule: emits events, then publishes.
class OutputStage final : public Stage {
 public:
  OutputStage(const Rule& rule, Context& context) : rule_(rule), context_(context) {}

  KeyWatch* watch = nullptr;  // of the rule's key, with `forget`

  void take(Record&& record) override {
    const bool alone = rule_.emits.size() == 1 && !rule_.publish && watch == nullptr;
    if (alone) {
      auto emission = rule_.emits.front().make(record, context_.environment(record), context_.now, true);
      return send(rule_.emits.front(), std::move(emission), record);
    }
    // All are made before the first is sent: in a rule `latest.E` is the value before it.
    std::vector<Expected<std::optional<event::Emission>>> emissions;
    emissions.reserve(rule_.emits.size());
    for (const auto& emit : rule_.emits) {
      emissions.push_back(emit.make(record, context_.environment(record), context_.now, false));
    }
    Expected<std::optional<message::Publish>> publish;
    if (rule_.publish) {
      auto made = rule_.publish->make(context_.environment(record));
      if (made) {
        publish = std::optional(std::move(*made));
      } else {
        publish = tl::unexpected(made.error());
      }
    }
    for (std::size_t i = 0; i < emissions.size(); ++i) send(rule_.emits[i], std::move(emissions[i]), record);
    if (!publish) return fail(rule_.where, record, "publish: " + publish.error().message);
    if (*publish) context_.publish(std::move(**publish));
  }

 private:
  void send(const Emit& emit, Expected<std::optional<event::Emission>>&& emission, const Record& record) {
    if (!emission) return fail(emit.where(), record, emission.error().message);
    if (!*emission) return;
    if (watch != nullptr && !(*emission)->remove) watch->sent(record.fields, emit.type(), (*emission)->key);
    if (auto sent = context_.send(std::move(**emission), *record.origin); !sent) {
      fail(emit.where(), record, sent.error().message);
    }
  }
  void fail(const std::string& where, const Record& record, std::string text) {
    context_.fail(where, rule_.name, *record.origin->message, std::move(text));
  }

  const Rule& rule_;
  Context& context_;
};

}  // namespace

RuleStages::RuleStages(const Rule& rule, Context& context)
    : rule_(rule), end_(std::make_unique<OutputStage>(rule, context)), first_(end_.get()) {
  auto& watches = watches_;
  watches.resize(rule.watched.size(), nullptr);
  const auto add_watches = [&](std::size_t before) {
    for (std::size_t i = 0; i < watches.size(); ++i) {
      if (rule.watched[i].before != before) continue;
      auto watch = std::make_unique<KeyWatch>(KeyWatch::Place{rule.where, rule.name}, rule.watched[i].key, *rule.forget,
                                              context, *first_);
      watches[i] = watch.get();
      stages_.push_back(std::move(watch));
      first_ = stages_.back().get();
    }
  };
  const TraceStage* traced = nullptr;  // the one behind the step in hand
  const auto add_trace = [&](std::size_t before) {
    if (context.trace == nullptr) return;
    const auto* last = before == 0 ? nullptr : rule.steps[before - 1].get();
    const auto* next = before == rule.steps.size() ? nullptr : rule.steps[before].get();
    auto trace = std::make_unique<TraceStage>(rule, last, next, traced, *context.trace, *first_);
    traced = trace.get();
    stages_.push_back(std::move(trace));
    first_ = stages_.back().get();
  };
  auto& steps = steps_;
  steps.resize(rule.steps.size(), nullptr);
  add_watches(rule.steps.size());
  add_trace(rule.steps.size());
  for (std::size_t i = rule.steps.size(); i-- > 0;) {
    stages_.push_back(rule.steps[i]->start(context, *first_));
    first_ = steps[i] = stages_.back().get();
    add_watches(i);
    add_trace(i);
  }
  for (std::size_t i = 0; i < watches.size(); ++i) {
    if (rule.watched[i].key == rule.key) static_cast<OutputStage&>(*end_).watch = watches[i];
    for (std::size_t j = 0; j < steps.size(); ++j) {
      const auto* keyed = dynamic_cast<const KeyedStep*>(rule.steps[j].get());
      if (keyed != nullptr && keyed->key == rule.watched[i].key) watches[i]->add(*steps[j]);
    }
  }
  if (!rule.forget) return;
  for (const auto& emit : rule.emits) context.watch_times(emit.type());
}

RuleStages::~RuleStages() = default;

std::size_t RuleStages::keyed_steps() const {
  const auto is_keyed = [](const auto& step) { return dynamic_cast<const KeyedStep*>(step.get()) != nullptr; };
  return static_cast<std::size_t>(std::count_if(rule_.steps.begin(), rule_.steps.end(), is_keyed));
}

std::size_t RuleStages::adopt(RuleStages& before) {
  const auto& then = before.rule_;
  std::size_t same = 0;
  std::size_t adopted = 0;
  for (; same < std::min(steps_.size(), before.steps_.size()); ++same) {
    if (rule_.steps[same]->fingerprint != then.steps[same]->fingerprint) break;
    steps_[same]->adopt(*before.steps_[same]);
    if (dynamic_cast<const KeyedStep*>(rule_.steps[same].get()) != nullptr) ++adopted;
  }
  for (std::size_t i = 0; i < watches_.size(); ++i) {
    const auto& watched = rule_.watched[i];
    const auto was = std::find_if(then.watched.begin(), then.watched.end(), [&](const Rule::Watched& other) {
      return other.key == watched.key && other.before == watched.before && watched.before <= same;
    });
    if (was != then.watched.end()) {
      watches_[i]->adopt(*before.watches_[static_cast<std::size_t>(was - then.watched.begin())]);
    }
  }
  return adopted;
}

Value RuleStages::fields_of(Value&& payload) const {
  if (!payload.is_object()) return Value::object({{"value", std::move(payload)}});
  if (rule_.payload != nullptr && rule_.payload->kind == Type::Kind::record) {
    auto fields = Value::object_with_room(rule_.payload->fields.size() + 2);
    for (const auto& field : rule_.payload->fields) {
      if (Value* value = payload.find(field.name)) fields.as_object().push_back({Value(field.name), std::move(*value)});
    }
    payload = std::move(fields);
  }
  auto& members = payload.as_object();
  const auto reserved = [](const Value::Member& member) { return is_reserved(member.key()); };
  members.erase(std::remove_if(members.begin(), members.end(), reserved), members.end());
  return std::move(payload);
}

void RuleStages::start(Value&& payload, const std::vector<std::string_view>& captures, std::size_t topic,
                       const Origin& origin) {
  Record record{fields_of(std::move(payload)), &origin};
  const auto& names = rule_.placeholders[topic];
  std::size_t capture = 0;
  for (const auto& level : rule_.topics[topic].levels()) {
    if (level.text.empty() || level.kind == message::TopicFilter::Kind::literal) continue;
    const auto part = captures[capture];
    const bool is_int = level.kind == message::TopicFilter::Kind::one_int;
    record.fields.set(names[capture], is_int ? Value(parse_int(part).value_or(0)) : Value(part));
    ++capture;
  }
  first_->take(std::move(record));
}

}  // namespace sluice::mapping
