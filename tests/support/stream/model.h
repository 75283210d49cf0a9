#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "event/wire_parser.h"
#include "support/stream/stage.h"

namespace sluice::stream {

/// Everything that was ever appended, and what a client may therefore see.
class PlainHistory {
 public:
  struct Entry {
    event::Sequence sequence = 0;
    std::string type;
    std::string key;
  };
  /// What a client asks for: types, and one key or ("") all.
  struct Wish {
    std::string stream;
    std::vector<std::string> types;
    std::string key;
    bool thinned = false;  // superseded events may be left out
  };

  void add(std::string type, std::string key) { entries_.push_back({entries_.size() + 1, type, key}); }
  event::Sequence head() const { return entries_.size(); }
  const Entry& at(event::Sequence sequence) const { return entries_[sequence - 1]; }
  bool of_types(const Wish& wish, event::Sequence sequence) const;
  bool wanted(const Wish& wish, event::Sequence sequence) const;
  /// How many wanted events are in (from, to], for a thinned wish only those that no newer one supersedes.
  std::size_t count(const Wish& wish, event::Sequence from, event::Sequence to) const;
  bool superseded(const Wish& wish, event::Sequence sequence) const;
  /// The sequences that a snapshot of `type` shows at that position, oldest first.
  std::vector<event::Sequence> snapshot(const Wish& wish, std::string_view type, event::Sequence position) const;

 private:
  std::vector<Entry> entries_;
};

/// A client that checks each block it gets against the plain history.
class CheckedClient {
 public:
  CheckedClient(Stage& stage, const PlainHistory& history, PlainHistory::Wish wish);

  /// Connects as new (nullopt), or with that position.
  void connect(std::optional<event::Sequence> position);
  /// Takes at most that many bytes, and checks them.
  void take(std::size_t bytes);
  /// Goes away in the middle of whatever it was getting.
  void leave() { cursor_.reset(); }
  /// Checks that nothing is missing after everything was taken.
  void check_complete();
  bool connected() const { return cursor_ != nullptr; }
  bool ended() const { return cursor_->end() != End::none; }
  event::Sequence position() const { return position_; }
  std::size_t gaps() const { return gaps_; }

 private:
  void check(const event::WireEvent& event);
  void check_gap(const event::WireEvent& event);

  Stage& stage_;
  const PlainHistory& history_;
  const PlainHistory::Wish wish_;
  std::unique_ptr<Cursor> cursor_;
  event::WireParser parser_;
  event::Sequence position_ = 0;
  bool opening_ = false;  // a snapshot is coming
  std::string gap_due_;   // the reason of the gap that must come first, or ""
  std::vector<event::Sequence> snapshot_;
  std::size_t gaps_ = 0;
};

}  // namespace sluice::stream
