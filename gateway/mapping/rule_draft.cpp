#include "mapping/rule_draft.h"

#include <algorithm>
#include <map>

#include "base/text.h"

namespace sluice::mapping {
namespace {

void add_new(std::vector<std::string>& names, const std::vector<std::string>& more) {
  for (const auto& name : more) {
    if (std::find(names.begin(), names.end(), name) == names.end()) names.push_back(name);
  }
}

/// The texts of a `key:`, without complaint: the rule's reader complains.
std::vector<std::string> key_texts(const YamlNode& node) {
  std::vector<std::string> names;
  if (node.is_scalar()) names.push_back(node.text);
  for (const auto& child : node.children) {
    if (node.is_list() && child.is_scalar()) names.push_back(child.text);
  }
  return names;
}

/// True when it may read the payload: `msg.payload`, or `msg` in a way that is not plain.
bool says_payload(const YamlNode& node) {
  if (!node.is_scalar()) return std::any_of(node.children.begin(), node.children.end(), says_payload);
  const std::string_view text = node.text;
  for (auto at = text.find("msg"); at != std::string_view::npos; at = text.find("msg", at + 1)) {
    const auto rest = text.substr(at + 3);
    const auto reads = [&](std::string_view field) { return rest.starts_with(field); };
    if (!reads(".time") && !reads(".topic") && !reads(".retain") && !reads(".qos")) return true;
  }
  return false;
}

void read_emitted(const YamlNode& node, RuleDraft& draft, EventTable& events) {
  const YamlNode* name = node.is_map() ? node.find("event") : &node;
  if (name == nullptr || !name->is_scalar()) return;
  const auto event = events.find(draft.file->name, name->text);
  if (!event) return;
  RuleDraft::Emitted emitted{*event, &node, {}};
  if (const auto* key = node.is_map() ? node.find("key") : nullptr) emitted.key = key_texts(*key);
  draft.emits.push_back(std::move(emitted));
}

void read_topic(const YamlNode& node, RuleDraft& draft) {
  auto& report = draft.file->report;
  if (!node.is_scalar()) {
    // In a flow list or at the start of a value YAML takes {name} for a map.
    const bool braces = node.is_map() && node.map_size() >= 1;
    report.error(node, "topic is " + shown(node) + ", expected a topic filter" +
                           (braces ? " (one with { } must be quoted here)" : ""));
    return;
  }
  auto filter = message::TopicFilter::parse(node.text);
  if (!filter) return report.error(node, filter.error().message);
  draft.topics.push_back(std::move(*filter));
  draft.topic_nodes.push_back(&node);
}

/// Walks along `from:` and gives each event its keys.
class Settler {
 public:
  Settler(std::vector<RuleDraft>& drafts, int max_hops) : drafts_(drafts), max_hops_(max_hops) {
    for (auto& draft : drafts_) {
      if (draft.from != nullptr) readers_[draft.from].push_back(&draft);
      for (const auto& emitted : draft.emits) emitters_[emitted.event].push_back({&draft, &emitted});
    }
  }

  bool run() {
    for (auto& draft : drafts_) {
      if (draft.from != nullptr && !walk(*draft.from, draft, 1)) return false;
    }
    for (auto& draft : drafts_) draft.key = key_of(draft);
    for (auto& [event, emitters] : emitters_) event->key_fields = keys(event);
    for (auto& draft : drafts_) draft.reads_message = needs_message(draft);
    return true;
  }

 private:
  struct Emitter {
    RuleDraft* draft;
    const RuleDraft::Emitted* emitted;
  };

  /// Depth first through the events on the way, so that a circle is seen where it closes.
  bool walk(DeclaredEvent& event, RuleDraft& reader, int hops) {
    auto& report = reader.file->report;
    const auto& place = *reader.node->find("from");
    if (std::find(way_.begin(), way_.end(), &event) != way_.end()) {
      report.error(place, "rules from '" + event.name + "' lead back to '" + event.name + "'");
      return false;
    }
    if (hops > max_hops_) {
      report.error(place, "more than " + std::to_string(max_hops_) + " rules follow each other by 'from'");
      return false;
    }
    way_.push_back(&event);
    bool good = true;
    for (auto* next : readers_[&event]) {
      for (const auto& emitted : next->emits) {
        for (auto* after : readers_[emitted.event]) {
          good = good && walk(*emitted.event, *after, hops + 1);
          break;
        }
      }
    }
    way_.pop_back();
    return good;
  }

  std::vector<std::string> key_of(const RuleDraft& draft) {
    if (draft.own_key) return *draft.own_key;
    if (draft.from != nullptr) return keys(draft.from);
    std::vector<std::string> names;
    for (const auto& topic : draft.topics) add_new(names, topic.placeholders());
    return names;
  }

  const std::vector<std::string>& keys(DeclaredEvent* event) {
    const auto [found, is_new] = keys_.try_emplace(event);
    if (!is_new) return found->second;
    std::vector<std::string> names;
    for (const auto& [draft, emitted] : emitters_[event]) {
      add_new(names, emitted->key ? *emitted->key : key_of(*draft));
    }
    return keys_[event] = std::move(names);
  }

  bool needs_message(RuleDraft& draft) {
    if (says_payload(*draft.node)) return true;
    for (const auto& emitted : draft.emits) {
      const auto& readers = readers_[emitted.event];
      if (std::any_of(readers.begin(), readers.end(), [this](auto* next) { return needs_message(*next); })) return true;
    }
    return false;
  }

  std::vector<RuleDraft>& drafts_;
  int max_hops_;
  std::map<DeclaredEvent*, std::vector<RuleDraft*>> readers_;
  std::map<DeclaredEvent*, std::vector<Emitter>> emitters_;
  std::map<DeclaredEvent*, std::vector<std::string>> keys_;
  std::vector<DeclaredEvent*> way_;
};

}  // namespace

RuleDraft read_draft(const YamlNode& node, MappingFile& file, EventTable& events) {
  RuleDraft draft;
  draft.file = &file;
  draft.node = &node;
  const auto* topic = node.find("topic");
  const auto* from = node.find("from");
  if ((topic != nullptr) == (from != nullptr)) {
    file.report.error(
        node, topic == nullptr ? "rule lacks a source: 'topic' or 'from'" : "rule has two sources: 'topic' and 'from'");
  }
  if (topic != nullptr && topic->is_list()) {
    for (const auto& one : topic->children) read_topic(one, draft);
  } else if (topic != nullptr) {
    read_topic(*topic, draft);
  }
  if (from != nullptr && topic == nullptr) {
    const auto event = events.find(file.name, from->text);
    if (event) {
      draft.from = *event;
    } else {
      file.report.error(*from, event.error().message);
    }
  }
  if (const auto* key = node.find("key")) draft.own_key = key_texts(*key);
  if (const auto* emit = node.find("emit")) {
    if (emit->is_list()) {
      for (const auto& one : emit->children) read_emitted(one, draft, events);
    } else {
      read_emitted(*emit, draft, events);
    }
  }
  return draft;
}

bool settle(std::vector<RuleDraft>& drafts, int max_hops) {
  return Settler(drafts, max_hops).run();
}

}  // namespace sluice::mapping
