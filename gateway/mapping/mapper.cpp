#include "mapping/mapper.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/rule_stages.h"
#include "mapping/sparkplug_source.h"
#include "mapping/trace.h"

namespace sluice::mapping {

struct Mapper::State {
  State(std::shared_ptr<const MappingSet> mappings, Trace* trace)
      : set(std::move(mappings)), context(set->options().bounds), rules(set->rules()) {
    context.trace = trace;
    for (const auto& [type, key_fields] : rules.latest) context.latest.watch(type, key_fields);
    stages.reserve(rules.rules.size());
    for (const auto& rule : rules.rules) {
      if (rule.sparkplug && sparkplug == nullptr) sparkplug = std::make_unique<SparkplugSource>(context);
      stages.push_back(std::make_unique<RuleStages>(rule, context));
      if (!rule.from) continue;
      if (context.followers.size() <= *rule.from) context.followers.resize(*rule.from + 1);
      context.followers[*rule.from].push_back(&stages.back()->first());
    }
  }

  void fire(Timestamp now);
  void run(const message::Message& message, std::size_t matches);
  void start(const Rule& rule, RuleStages& stages_of_rule, const message::TopicTree::Match& match, Value&& payload,
             const Origin& origin);
  Expected<Value>& decode(const Rule& rule, const message::Message& message);

  std::shared_ptr<const MappingSet> set;
  Context context;
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
};

Mapper::Mapper(std::shared_ptr<const MappingSet> set, Trace* trace)
    : state_(std::make_unique<State>(std::move(set), trace)) {}
Mapper::~Mapper() = default;

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
