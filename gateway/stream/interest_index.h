#pragma once

#include <string>
#include <unordered_map>
#include <vector>

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

  /// Calls `enter(Interest&)` once for each that carries the event.
  template <class Enter>
  void each(const event::Event& event, Enter&& enter) {
    if (event.type == gap_type_) {
      for (auto* interest : all_) enter(*interest);
      return;
    }
    if (event.type >= types_.size()) return;
    auto& of_type = types_[event.type];
    for (auto* interest : of_type.every) enter(*interest);
    for (const auto& field : of_type.fields) {
      const auto found = field.find(event, buffer_);
      if (found.list == nullptr) continue;
      for (const auto& one : *found.list) {
        if ((one.exact && found.text) || one.interest->matcher.matches(event)) enter(*one.interest);
      }
    }
    for (auto* interest : of_type.rest) {
      if (interest->matcher.matches(event)) enter(*interest);
    }
  }

 private:
  using List = std::vector<Interest*>;
  struct TextHash {
    using is_transparent = void;
    std::size_t operator()(std::string_view text) const { return std::hash<std::string_view>{}(text); }
  };
  struct Wanted {
    Interest* interest;
    bool exact;  // an event that has this value, as a text, is one of its own
  };
  struct Found {
    const std::vector<Wanted>* list;  // null: none
    bool text;                        // the event's value is one
  };
  struct Field {
    std::string name;
    std::unordered_map<std::string, std::vector<Wanted>, TextHash, std::equal_to<>> by_value;
    Found find(const event::Event& event, std::string& buffer) const;
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
