#include "mapping/notes.h"

#include <algorithm>
#include <array>

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

void add_notes(const MappingFile& file, const EventTable& events, const std::vector<RuleDraft>& drafts, Errors& notes) {
  const auto is_emitted = [&](const DeclaredEvent* event) {
    for (const auto& draft : drafts) {
      for (const auto& emitted : draft.emits) {
        if (emitted.event == event) return true;
      }
    }
    return false;
  };
  for (const auto* event : events.of_file(file.name)) {
    YamlNode place;
    place.line = event->line;
    place.column = event->column;
    if (event->name == "error" || event->name == "message") {
      notes.push_back({file.report.where(place),
                       "note: event '" + event->name + "' also reaches EventSource's own listeners of that name"});
    }
    if (!is_emitted(event)) {
      notes.push_back({file.report.where(place), "note: no rule emits event '" + event->name + "'"});
    }
  }
  for (const auto* section : {"const", "rules"}) {
    if (const auto* node = file.section(section)) note_words(*node, file, notes);
  }
}

}  // namespace sluice::mapping
