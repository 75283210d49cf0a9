#include "mapping/rule_loader.h"

#include <algorithm>

#include "base/text.h"
#include "mapping/fingerprint.h"
#include "mapping/sparkplug/session.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

/// Reads one rule, part by part, in the order in which a record meets them.
class RuleLoader {
 public:
  /// `running`: names of windows' lists that are kept as running values.
  RuleLoader(const RuleDraft& draft, const LoadScope& load, std::vector<std::string> running)
      : draft_(draft),
        node_(*draft.node),
        load_(load),
        report_(draft.file->report),
        reader_(draft.file->report, scope_of(draft, load, std::move(running))) {
    reader_.key = draft.key;
    reader_.max_slots = load.options.bounds.list_slots;
    reader_.max_batch = load.options.bounds.batch_items;
  }

  /// Windows' lists of which only reductions are read.
  std::vector<std::string> reducible() const {
    return reader_.reduces_numbers ? reader_.reducible : std::vector<std::string>();
  }

  std::optional<Rule> run() {
    const auto errors = report_.count();
    report_.parts(node_, {"topic", "from", "codec", "payload", "key", "steps", "emit", "publish", "name", "forget"},
                  "a rule");
    rule_.where = report_.where(node_);
    rule_.file = draft_.file->name;
    rule_.reads_message = draft_.reads_message;
    rule_.key = draft_.key;
    read_source();
    read_name();
    read_steps();
    check_key();
    read_output();
    read_forget();
    if (report_.count() != errors) return std::nullopt;
    return std::move(rule_);
  }

 private:
  static Scope scope_of(const RuleDraft& draft, const LoadScope& load, std::vector<std::string> running) {
    Scope scope = load.expressions(*draft.file);
    scope.running = std::move(running);
    scope.message = true;
    return scope;
  }

  void read_source() {
    if (draft_.from != nullptr) return read_event_source();
    rule_.topics = draft_.topics;
    rule_.codec = json_codec();
    const auto* codec = node_.find("codec");
    rule_.sparkplug = codec != nullptr && codec->is_scalar() && codec->text == "sparkplug";
    if (rule_.sparkplug) {
      rule_.codec = nullptr;
    } else if (codec != nullptr) {
      rule_.codec = read_codec(*codec, report_);
    }
    if (const auto* payload = node_.find("payload")) {
      auto type = parse_type(*payload, report_.file(), draft_.file->types);
      if (type) {
        rule_.payload = *type;
      } else {
        report_.add(type.error());
      }
    }
    reader_.known = payload_names();
    for (std::size_t i = 0; i < draft_.topics.size(); ++i) {
      rule_.placeholders.push_back(draft_.topics[i].placeholders());
      for (const auto& name : rule_.placeholders.back()) {
        reader_.provide(name, *draft_.topic_nodes[i]);
        reader_.protected_names.push_back(name);
      }
    }
  }

  void read_event_source() {
    for (const auto* name : {"codec", "payload"}) {
      if (const auto* part = node_.find(name)) {
        report_.error(*part, std::string(name) + " belongs to a rule with 'topic', not to one with 'from'");
      }
    }
    rule_.from = draft_.from->number;
    reader_.known = {.open = !draft_.from->closed(), .names = {}};
    if (draft_.from->closed()) {
      for (const auto& field : draft_.from->type->fields) reader_.known.add(field.name);
    }
    for (const auto& name : draft_.from->key_fields) reader_.known.add(name);
    reader_.protected_names = draft_.from->key_fields;
  }

  KnownNames payload_names() const {
    KnownNames names;
    if (rule_.payload != nullptr) {
      const auto kind = rule_.payload->kind;
      if (kind == Type::Kind::any || kind == Type::Kind::object) return names;
      names.open = false;
      for (const auto& field : rule_.payload->fields) names.add(field.name);
      if (kind != Type::Kind::record) names.add("value");
    } else if (rule_.sparkplug) {
      names = {.open = false, .names = {sparkplug::record_fields.begin(), sparkplug::record_fields.end()}};
    } else if (rule_.codec != nullptr) {
      if (auto fields = rule_.codec->fields()) names = {.open = false, .names = std::move(*fields)};
    }
    return names;
  }

  void read_name() {
    if (const auto* name = node_.find("name")) {
      if (auto text = report_.text(*name, "name")) rule_.name = std::move(*text);
      return;
    }
    if (draft_.from != nullptr) rule_.name = "from " + draft_.from->name;
    if (!draft_.topics.empty()) rule_.name = draft_.topics.front().text();
    if (!draft_.emits.empty()) rule_.name += " -> " + draft_.emits.front().event->name;
  }

  void read_steps() {
    const auto* steps = node_.find("steps");
    ever_ = reader_.known;
    if (steps == nullptr) return;
    if (!steps->is_list()) return report_.error(*steps, "steps is " + shown(*steps) + ", expected a list");
    for (const auto& step : steps->children) read_step(step);
  }

  void read_step(const YamlNode& node) {
    if (!node.is_map() || node.map_size() != 1) {
      return report_.error(node,
                           "step is " + shown(node) + ", expected one name and what it needs, as in {throttle: 1s}");
    }
    const auto& name = node.children[0];
    std::vector<std::string> names;
    for (const auto& kind : step_kinds()) {
      names.emplace_back(kind.name);
      if (kind.name != name.text) continue;
      reader_.begin(kind.name, name);
      reader_.provided.clear();
      auto step = kind.read(node.children[1], reader_);
      for (const auto& known : reader_.known.names) ever_.add(known);
      ever_.open = ever_.open || reader_.known.open;
      for (const auto& provided : reader_.provided) provided_.emplace_back(provided, rule_.steps.size() + 1);
      if (step == nullptr) return;
      step->kind = kind.name;
      step->where = report_.where(name);
      step->rule = rule_.name;
      step->fingerprint = fingerprint_of(*step, node);
      rule_.steps.push_back(std::move(step));
      return;
    }
    report_.error(name, "unknown step '" + excerpt(name.text, 60) + "'" + did_you_mean(name.text, names));
  }

  /// Besides what the step says: the key of its state, and whether that is a list or running values.
  std::string fingerprint_of(const Step& step, const YamlNode& node) const {
    auto text = fingerprint(node, draft_.file->constants);
    if (const auto* keyed = dynamic_cast<const KeyedStep*>(&step)) {
      for (const auto& name : keyed->key) text.append(" key ").append(name);
    }
    const auto* into = node.children[1].find("into");
    if (step.kind != "window" || into == nullptr) return text;
    return text + (reader_.is_running(into->text) ? " running " : " listed ") + load_.options.zone;
  }

  /// The rule's own key may name what a step provides.
  void check_key() {
    const auto* key = node_.find("key");
    if (key == nullptr) return;
    std::swap(reader_.known, ever_);
    reader_.key_names(*key);
    std::swap(reader_.known, ever_);
  }

  void read_output() {
    const auto* emit = node_.find("emit");
    const auto* publish = node_.find("publish");
    if (emit == nullptr && publish == nullptr) {
      return report_.error(node_, "rule does nothing: it needs 'emit' or 'publish'");
    }
    if (emit != nullptr && emit->is_list()) {
      if (emit->children.empty()) report_.error(*emit, "emit is an empty list");
      for (const auto& one : emit->children) read_emit(one);
    } else if (emit != nullptr) {
      read_emit(*emit);
    }
    if (publish != nullptr) rule_.publish = Publishing::read(*publish, reader_);
  }

  void read_forget() {
    const auto* forget = node_.find("forget");
    if (forget == nullptr) return;
    rule_.forget = report_.duration(*forget);
    watch(rule_.key);
    for (const auto& step : rule_.steps) {
      if (const auto* keyed = dynamic_cast<const KeyedStep*>(step.get())) watch(keyed->key);
    }
  }

  /// A key is there before the step after the last one that sets one of its fields.
  void watch(const std::vector<std::string>& key) {
    const auto same = [&](const Rule::Watched& watched) { return watched.key == key; };
    if (std::any_of(rule_.watched.begin(), rule_.watched.end(), same)) return;
    Rule::Watched watched{key, 0};
    for (const auto& [name, step] : provided_) {
      if (std::find(key.begin(), key.end(), name) != key.end()) watched.before = std::max(watched.before, step);
    }
    rule_.watched.push_back(std::move(watched));
  }

  void read_emit(const YamlNode& node) {
    reader_.begin("emit", node);
    auto emit = Emit::read(node, draft_.file->name, load_.events, reader_);
    if (!emit) return;
    emit->set_key_fields(load_.events[emit->type()].key_fields);
    rule_.emits.push_back(std::move(*emit));
  }

  const RuleDraft& draft_;
  const YamlNode& node_;
  const LoadScope& load_;
  Report& report_;
  RuleReader reader_;
  KnownNames ever_;                                            // what the record held at some time
  std::vector<std::pair<std::string, std::size_t>> provided_;  // a name, and the number of steps after it is there
  Rule rule_;
};

}  // namespace

Scope LoadScope::expressions(const MappingFile& file) const {
  Scope scope;
  scope.constants = &file.constants;
  scope.zone = options.zone;
  scope.event = [this, &file](std::string_view name) -> Expected<event::TypeNumber> {
    auto event = events.find(file.name, name);
    if (!event) return tl::unexpected(event.error());
    const auto number = (*event)->number;
    if (latest != nullptr && std::find(latest->begin(), latest->end(), number) == latest->end()) {
      latest->push_back(number);
    }
    return number;
  };
  return scope;
}

std::optional<Rule> read_rule(const RuleDraft& draft, const LoadScope& load) {
  RuleLoader loader(draft, load, {});
  auto rule = loader.run();
  if (!rule || loader.reducible().empty()) return rule;
  return RuleLoader(draft, load, loader.reducible()).run();
}

}  // namespace sluice::mapping
