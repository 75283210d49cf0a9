#pragma once

#include <string>
#include <vector>

#include "base/flat_text_map.h"
#include "event/event.h"
#include "stream/interest.h"

namespace sluice::stream {

/// Whom an event interests, found by its type and key: those that want every event of the type, those that want this
/// value of one key field, and the rest, which are asked one by one.
///
/// Threads: its feed's. An interest is removed before it dies.
class InterestIndex {
 public:
  explicit InterestIndex(event::TypeNumber gap_type) : gap_type_(gap_type) {}
  void add(Interest& interest);
  void remove(Interest& interest);

  /// Calls `enter(Selection&, Parts)` once for each that carries the event: its selection, its bit there.
  template <class Enter>
  void each(const event::Event& event, Enter&& enter) {
    if (event.type == gap_type_) {
      for (auto* interest : all_) enter(interest->selection, interest->bit());
      return;
    }
    if (event.type >= types_.size()) return;
    auto& of_type = types_[event.type];
    for (auto* interest : of_type.every) enter(interest->selection, interest->bit());
    for (const auto& field : of_type.fields) {
      const auto [wanters, text] = field.find(event, buffer_);
      if (wanters == nullptr) continue;
      const auto look_at = [&, text = text](const Wanted& one) {
        if ((one.exact && text) || one.interest->matcher.matches(event)) enter(*one.selection, one.bit);
      };
      look_at(wanters->first);
      for (const auto& one : wanters->others) look_at(one);
    }
    for (auto* interest : of_type.rest) {
      if (interest->matcher.matches(event)) enter(interest->selection, interest->bit());
    }
  }

 private:
  using List = std::vector<Interest*>;
  /// What is needed of an interest stands here: an event that finds it need not wait for its memory.
  struct Wanted {
    Interest* interest;
    Selection* selection;
    Parts bit;
    bool exact;  // an event that has this value, as a text, is one of its own
  };
  /// Who wants one value: mostly one.
  struct Wanters {
    Wanted first;
    std::vector<Wanted> others;
  };
  struct Found {
    const Wanters* wanters;  // null: none
    bool text;               // the event's value is one
  };
  struct Field {
    std::string name;
    FlatTextMap<Wanters> by_value;
    Found find(const event::Event& event, std::string& buffer) const;
    void add(std::string value, const Wanted& wanted);
    void remove(const std::string& value, const Interest& interest);
  };
  struct OfType {
    List every;
    std::vector<Field> fields;
    List rest;
  };
  /// Where an interest stands for one type.
  struct Place {
    enum class In { nowhere, every, field, rest };
    In in = In::nowhere;
    std::string field = {};
    std::vector<std::string> values = {};
    bool exact = false;
  };
  /// Each text once: an interest stands once under a value.
  static Place in_field(const std::string& field, std::vector<std::string> texts, bool exact);
  static Place place_of(const Interest& interest, event::TypeNumber type);

  event::TypeNumber gap_type_;
  List all_;
  std::vector<OfType> types_;
  std::string buffer_;
};

}  // namespace sluice::stream
