#include "mapping/notes.h"

#include <algorithm>
#include <array>

#include "mapping/expression_node.h"
#include "mapping/publishing.h"
#include "mapping/sparkplug/topic.h"

namespace sluice::mapping {
namespace {

/// Words that YAML 1.1 readers take for true or false; here they are texts.
bool looks_like_bool(const YamlNode& node) {
  static constexpr std::array words = {"yes", "no",  "on", "off", "Yes", "No", "On",   "Off",   "YES",  "NO",
                                       "ON",  "OFF", "y",  "n",   "Y",   "N",  "True", "False", "TRUE", "FALSE"};
  if (!node.is_scalar() || node.quoted) return false;
  for (const auto* word : words) {
    if (node.text == word) return true;
  }
  return false;
}

void note_words(const YamlNode& node, const MappingFile& file, Errors& notes) {
  if (looks_like_bool(node)) {
    notes.push_back(
        {file.report.where(node), "note: '" + node.text + "' is a text here; only true and false are bool"});
  }
  for (const auto& child : node.children) note_words(child, file, notes);
}

bool is_sparkplug(const RuleDraft& draft) {
  const auto* codec = draft.node->find("codec");
  return codec != nullptr && codec->is_scalar() && codec->text == "sparkplug";
}

/// True when the expression reads nothing: its value is always the same.
bool is_constant(const Expression::Node& root) {
  using Op = Expression::Node::Op;
  bool constant = true;
  for_each_node(root,
                [&](const auto& node) { constant = constant && (node.op == Op::literal || node.op >= Op::element); });
  return constant;
}

bool contains(const std::vector<event::TypeNumber>& types, event::TypeNumber type) {
  return std::find(types.begin(), types.end(), type) != types.end();
}

bool shows(const event::StreamSpec& stream, event::TypeNumber type) {
  return contains(stream.events, type) || contains(stream.on_connect, type) ||
         (stream.poll && contains(stream.poll->events, type));
}

bool emits(const RuleDraft& draft, const DeclaredEvent& event) {
  return std::any_of(draft.emits.begin(), draft.emits.end(),
                     [&](const auto& emitted) { return emitted.event == &event; });
}

/// True when some stream, rule or command has a use for the event.
bool is_read(const DeclaredEvent& event, const std::vector<RuleDraft>& drafts, const Readers& readers) {
  const auto& latest = readers.rules.latest;
  return std::any_of(readers.streams.begin(), readers.streams.end(),
                     [&](const auto& stream) { return shows(stream, event.number); }) ||
         std::any_of(drafts.begin(), drafts.end(), [&](const auto& draft) { return draft.from == &event; }) ||
         std::find(latest.begin(), latest.end(), event.number) != latest.end() ||
         std::any_of(readers.commands.begin(), readers.commands.end(),
                     [&](const auto& command) { return command.reply && command.reply->event == event.number; });
}

/// Writes the notes of one file.
class Notes {
 public:
  Notes(const MappingFile& file, const std::vector<RuleDraft>& drafts, const Readers& readers, Errors& notes)
      : file_(file), drafts_(drafts), readers_(readers), notes_(notes) {}

  void look_at(const DeclaredEvent& event) {
    YamlNode place;
    place.line = event.line;
    place.column = event.column;
    if (event.name == "error" || event.name == "message") {
      note(place, "event '" + event.name + "' also reaches EventSource's own listeners of that name");
    }
    if (!is_emitted(event)) {
      note(place, "no rule emits event '" + event.name + "'");
    } else if (!is_read(event, drafts_, readers_)) {
      note(place, "event '" + event.name + "' goes nowhere: no stream carries it and no rule reads it");
    }
  }

  void look_at(const RuleDraft& rule) {
    if (rule.from != nullptr && !is_emitted(*rule.from)) {
      note(*rule.node->find("from"), "the rule never runs: no rule emits event '" + rule.from->name + "'");
    }
    if (const auto* steps = rule.node->find("steps")) {
      for (const auto& step : steps->children) look_at_condition(step.find("when"), rule);
    }
    for (const auto& emitted : rule.emits) {
      if (emitted.node->is_map()) look_at_condition(emitted.node->find("when"), rule);
    }
    // Each pair once, at the later of the two.
    for (const auto& other : drafts_) {
      if (&other == &rule) break;
      look_at_pair(rule, other);
    }
  }

 private:
  void note(const YamlNode& place, const std::string& sentence) {
    notes_.push_back({file_.report.where(place), "note: " + sentence});
  }

  bool is_emitted(const DeclaredEvent& event) const {
    return std::any_of(drafts_.begin(), drafts_.end(), [&](const auto& draft) { return emits(draft, event); });
  }

  /// A condition that reads nothing but constants and is not true.
  void look_at_condition(const YamlNode* node, const RuleDraft& rule) {
    if (node == nullptr || !node->is_scalar()) return;
    Scope scope;
    scope.constants = &rule.file->constants;
    scope.message = true;
    const auto condition = Expression::compile(node->text, scope);
    if (!condition || !is_constant(*condition->root())) return;
    const auto holds = condition->holds({});
    if (!holds || !*holds) note(*node, "nothing ever matches: the condition '" + node->text + "' is never true");
  }

  void look_at_pair(const RuleDraft& rule, const RuleDraft& other) {
    for (const auto& topic : rule.topics) {
      const auto same = std::find_if(other.topics.begin(), other.topics.end(),
                                     [&](const auto& each) { return overlap(topic, each); });
      if (same == other.topics.end()) continue;
      for (const auto& emitted : rule.emits) {
        if (!emits(other, *emitted.event)) continue;
        note(*emitted.node, "event '" + emitted.event->name + "' may be emitted twice for one message: the rule at " +
                                other.file->report.where(*other.node) + " emits it too, for '" + same->text() + "'");
      }
      return;
    }
  }

  const MappingFile& file_;
  const std::vector<RuleDraft>& drafts_;
  const Readers& readers_;
  Errors& notes_;
};

}  // namespace

void note_unheard_births(const std::vector<RuleDraft>& drafts, Errors& notes) {
  const auto first = std::find_if(drafts.begin(), drafts.end(), is_sparkplug);
  if (first == drafts.end()) return;
  std::string unheard;
  for (const auto* kind : {"NBIRTH/+", "NDEATH/+", "NDATA/+", "DBIRTH/+/+", "DDEATH/+/+", "DDATA/+/+"}) {
    const auto messages = message::TopicFilter::parse(std::string(sparkplug::name_space) + "/+/" + kind);
    const auto hears = [&](const RuleDraft& draft) {
      return is_sparkplug(draft) && std::any_of(draft.topics.begin(), draft.topics.end(),
                                                [&](const auto& topic) { return overlap(topic, *messages); });
    };
    if (std::any_of(drafts.begin(), drafts.end(), hears)) continue;
    unheard += (unheard.empty() ? "" : ", ") + messages->text();
  }
  if (unheard.empty()) return;
  notes.push_back({first->file->report.where(*first->node),
                   "note: codec sparkplug follows a node by all its messages, and no rule with it hears " + unheard});
}

void add_notes(const MappingFile& file, const EventTable& events, const std::vector<RuleDraft>& drafts,
               const Readers& readers, Errors& notes) {
  Notes found(file, drafts, readers, notes);
  for (const auto* event : events.of_file(file.name)) found.look_at(*event);
  for (const auto& draft : drafts) {
    if (draft.file == &file) found.look_at(draft);
  }
  for (const auto* section : {"const", "rules"}) {
    if (const auto* node = file.section(section)) note_words(*node, file, notes);
  }
}

}  // namespace sluice::mapping
