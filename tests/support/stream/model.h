#pragma once

#include <memory>
#include <random>
#include <string>
#include <vector>

#include "support/stream/form_reader.h"
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
  /// How many events in (from, to] some of the wishes want.
  std::size_t count_any(const std::vector<Wish>& wishes, event::Sequence from, event::Sequence to) const;
  /// The sequences that a snapshot of `type` shows at that position, oldest first.
  std::vector<event::Sequence> snapshot(const Wish& wish, std::string_view type, event::Sequence position) const;

 private:
  std::vector<Entry> entries_;
};

/// A client that checks each block it gets against the plain history.
///
/// With several wishes it asks for all of them on one connection, and each is checked by itself: what comes under one
/// name says nothing of another.
class CheckedClient {
 public:
  CheckedClient(Stage& stage, const PlainHistory& history, std::vector<PlainHistory::Wish> wishes,
                FormKind form = FormKind::sse);

  /// Connects as new (nullopt), or with that position.
  void connect(std::optional<event::Sequence> position);
  /// Goes on where it was cut.
  void reconnect();
  /// Takes at most that many bytes, and checks them.
  void take(std::size_t bytes);
  /// Goes away in the middle of whatever it was getting.
  void leave() { cursor_.reset(); }
  /// Checks that nothing is missing after everything was taken.
  void check_complete();
  bool connected() const { return cursor_ != nullptr; }
  bool ended() const { return cursor_->end() != End::none; }
  /// After its end: checks that a compressed stream has a right one.
  void check_end();
  /// True when the next of its events is the rest of one that several of its streams carry.
  bool within_event() const { return !event::EventId::parse(last_id_) && !last_id_.empty(); }
  std::size_t gaps() const { return gaps_; }
  /// How often it was cut within an event of several of its streams.
  std::size_t cut_within() const { return cut_within_; }

 private:
  void open(std::optional<event::Sequence> position, std::optional<std::string> id);
  void check(const event::WireEvent& event);
  void check_gap(const event::WireEvent& event);
  void check_nothing_missed(std::size_t wish, event::Sequence to, std::string_view where);
  void moved_to(event::Sequence position);
  bool any_of_types(event::Sequence sequence) const;

  Stage& stage_;
  const PlainHistory& history_;
  const std::vector<PlainHistory::Wish> wishes_;
  const FormKind form_;
  std::unique_ptr<Cursor> cursor_;
  FormReader reader_;
  std::string last_id_;
  std::vector<event::Sequence> seen_;  // of each wish
  event::Sequence asked_ = 0;          // where it asked to go on
  bool opening_ = false;               // a snapshot is coming
  std::string gap_due_;                // the reason of the gap that must come first, or ""
  std::vector<std::vector<event::Sequence>> snapshots_;
  std::size_t gaps_ = 0;
  std::size_t cut_within_ = 0;
};

}  // namespace sluice::stream
