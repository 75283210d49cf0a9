#include "mapping/mapper.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/rule_stages.h"
#include "mapping/sparkplug_source.h"
#include "mapping/trace.h"

namespace sluice::mapping {

struct Mapper::State {
  State(std::shared_ptr<const MappingSet> mappings, std::unique_ptr<Context> shared)
      : set(std::move(mappings)), context_ptr(std::move(shared)), context(*context_ptr), rules(set->rules()) {
    std::vector<LatestStore::Watched> watched;
    for (const auto type : rules.latest) {
      const auto& event = rules.events.at(type);
      watched.push_back({type, event.key_fields, event.type});
    }
    carried.latest_dropped = context.latest.watch(std::move(watched));
    stages.reserve(rules.rules.size());
    for (const auto& rule : rules.rules) {
      if (rule.sparkplug && sparkplug == nullptr) sparkplug = std::make_unique<SparkplugSource>(context);
      stages.push_back(std::make_unique<RuleStages>(rule, context));
      carried.steps += stages.back()->keyed_steps();
      if (!rule.from) continue;
      if (context.followers.size() <= *rule.from) context.followers.resize(*rule.from + 1);
      context.followers[*rule.from].push_back(&stages.back()->first());
    }
  }

  void adopt(State& before);
  void fire(Timestamp now);
  void run(const message::Message& message, std::size_t matches);
  void start(const Rule& rule, RuleStages& stages_of_rule, const message::TopicTree::Match& match, Value&& payload,
             const Origin& origin);
  Expected<Value>& decode(const Rule& rule, const message::Message& message);

  std::shared_ptr<const MappingSet> set;
  // What outlives a change of the set as a whole.
  std::unique_ptr<Context> context_ptr;
  Context& context;

  const CompiledRules& rules;
  std::unique_ptr<SparkplugSource> sparkplug;       // when a rule needs it; after context, whose state it is
  std::vector<std::unique_ptr<RuleStages>> stages;  // by rule; after context: their alarms leave its queue
  std::vector<message::TopicTree::Match> matches;   // scratch

  /// Payloads of the message in hand, decoded once a codec.
  struct Decoded {
    const Codec* codec;  // null: by the Sparkplug session
    Expected<Value> value;
  };
  std::vector<Decoded> decoded;

  CarryOver carried;
};

Mapper::Mapper(std::shared_ptr<const MappingSet> set, Trace* trace) {
  auto context = std::make_unique<Context>(set->options().bounds);
  context->trace = trace;
  state_ = std::make_unique<State>(std::move(set), std::move(context));
}
Mapper::Mapper(std::unique_ptr<State> state) : state_(std::move(state)) {}
Mapper::Mapper(Mapper&&) noexcept = default;
Mapper& Mapper::operator=(Mapper&&) noexcept = default;
Mapper::~Mapper() = default;

std::pair<Mapper, Mapper::CarryOver> Mapper::go_on(Mapper&& before, std::shared_ptr<const MappingSet> set) {
  const auto old = std::move(before.state_);
  auto context = std::move(old->context_ptr);  // stays where it is: the old stages still need it
  context->change_rules();
  auto state = std::make_unique<State>(std::move(set), std::move(context));
  state->adopt(*old);
  const auto carried = state->carried;
  return {Mapper(std::move(state)), carried};
}

namespace {

/// Rules by what they are known by: their file, their name, and which of that name they are.
class RulesByName {
 public:
  std::string next(const Rule& rule) {
    const auto name = rule.file + "/" + rule.name;
    return name + "\n" + std::to_string(seen_[name]++);
  }

 private:
  TextMap<std::size_t> seen_;
};

}  // namespace

void Mapper::State::adopt(State& before) {
  if (sparkplug != nullptr && before.sparkplug != nullptr) sparkplug = std::move(before.sparkplug);
  TextMap<RuleStages*> stages_before;
  RulesByName names_before;
  for (std::size_t i = 0; i < before.stages.size(); ++i) {
    stages_before.emplace(names_before.next(before.rules.rules[i]), before.stages[i].get());
  }
  RulesByName names;
  for (std::size_t i = 0; i < stages.size(); ++i) {
    const auto same = stages_before.find(names.next(rules.rules[i]));
    if (same != stages_before.end()) carried.steps_kept += stages[i]->adopt(*same->second);
  }
}

const Mapper::Counts& Mapper::counts() const {
  return state_->context.counts;
}

std::size_t Mapper::state_bytes() const {
  return state_->context.state_bytes;
}

const sparkplug::Session* Mapper::sparkplug() const {
  return state_->sparkplug == nullptr ? nullptr : &state_->sparkplug->session();
}

std::optional<Timestamp> Mapper::next_timer() const {
  return state_->context.timers.next();
}

void Mapper::advance(Timestamp now, Output& output) {
  state_->context.output = &output;
  state_->fire(now);
}

void Mapper::map(const message::Message& message, Output& output) {
  auto& state = *state_;
  state.context.output = &output;
  state.fire(message.time);
  ++state.context.counts.messages;
  const auto count = state.rules.topics.match(message.topic, state.matches);
  if (count == 0) {
    ++state.context.counts.unmatched;
    return;
  }
  state.run(message, count);
}

void Mapper::State::fire(Timestamp now) {
  while (auto* alarm = context.timers.take_due(now)) {
    context.now = std::max(context.now, alarm->due());
    alarm->ring();
  }
  context.now = std::max(context.now, now);
}

Expected<Value>& Mapper::State::decode(const Rule& rule, const message::Message& message) {
  for (auto& one : decoded) {
    if (one.codec == rule.codec.get()) return one.value;
  }
  const auto& bounds = context.bounds;
  const auto read = [&]() -> Expected<Value> {
    if (message.payload.empty() && !rule.sparkplug) return Value();
    if (message.payload.size() > bounds.payload_bytes) {
      return unexpected("payload of " + std::to_string(message.payload.size()) + " bytes is above " +
                        std::to_string(bounds.payload_bytes));
    }
    return rule.sparkplug ? sparkplug->read(rule, message) : rule.codec->decode(message.payload, bounds);
  };
  return decoded.emplace_back(Decoded{rule.codec.get(), read()}).value;
}

void Mapper::State::run(const message::Message& message, std::size_t count) {
  decoded.clear();
  const Rule* before = nullptr;
  for (std::size_t i = 0; i < count; ++i) {
    const auto& source = rules.sources[matches[i].number];
    const Rule& rule = rules.rules[source.rule];
    if (&rule == before) continue;  // two of its topics match
    before = &rule;
    auto& payload = decode(rule, message);
    if (!payload) {
      context.fail(rule.where, rule.name, message, payload.error().message);
      continue;
    }
    Origin origin{.message = &message, .payload = rule.reads_message ? &*payload : nullptr, .kept = {}, .self = {}};
    const bool last = i + 1 == count && !rule.reads_message;
    auto& of_rule = *stages[source.rule];
    const bool many = rule.sparkplug || rule.codec->many();
    if (many && payload->is_list()) {
      if (payload->as_list().empty() && context.trace != nullptr) context.trace->empty(rule);
      for (auto& record : payload->as_list()) {
        start(rule, of_rule, matches[i], last ? std::move(record) : Value(record), origin);
      }
    } else if (last) {
      start(rule, of_rule, matches[i], std::move(*payload), origin);
    } else {
      start(rule, of_rule, matches[i], Value(*payload), origin);
    }
  }
}

void Mapper::State::start(const Rule& rule, RuleStages& stages_of_rule, const message::TopicTree::Match& match,
                          Value&& payload, const Origin& origin) {
  if (rule.payload != nullptr) {
    if (auto misfit = rule.payload->misfit(payload, true)) {
      return context.fail(rule.where, rule.name, *origin.message, "payload: " + *misfit);
    }
  }
  const auto& source = rules.sources[match.number];
  stages_of_rule.start(std::move(payload), match.captures, source.topic, origin);
}

}  // namespace sluice::mapping
