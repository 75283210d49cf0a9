#pragma once

#include <memory>
#include <random>
#include <string>
#include <unordered_map>
#include <vector>

#include "stream/deadlines.h"
#include "stream/feed.h"
#include "stream/forms.h"
#include "stream/interest_index.h"
#include "stream/rewritten_events.h"
#include "stream/selection.h"

namespace sluice::stream {

class ClientCursor;

/// Bytes put together for one send. Those of a selection's line serve all its clients that are at the same place: they
/// are copied once a selection, not once a client.
struct Gathered {
  const Selection* of = nullptr;  // whose line; null: one cursor's own way through the log
  std::uint64_t from = 0;         // on the line
  std::string bytes;

  // Of a way through the log: its events, and how far it looked.
  const ClientCursor* owner = nullptr;
  std::vector<Selection::Recent> events;  // ends count from the start of `bytes`
  event::Sequence looked_to = 0;
};

/// What a connection is to carry.
std::vector<Wish> wishes_of(const Request& request);

/// Brings wishes up to the streams as they are declared now. When the connection cannot go on, why: then they stay.
End declare_anew(const Hub& hub, std::vector<Wish>& wishes);

/// True when a client of a stream can go on under its new declaration: what was promised on the connection still holds
/// (its frame, what its path and query mean, who may listen).
bool can_go_on(const event::StreamSpec& before, const event::StreamSpec& now);

/// What a feed and its cursors share.
///
/// Threads: the feed's.
struct FeedCore {
  FeedCore(Hub& its_hub, FeedOptions its_options);

  Hub& hub;
  const FeedOptions options;
  const Clock& clock;
  /// Events up to here have been taken into the selections.
  event::Sequence position;
  SourceState source;
  std::uint64_t version;  // of the hub's streams
  Gathered gathered;
  Deadlines deadlines;
  std::vector<event::EventPtr> batch;  // for reading the log
  std::minstd_rand random;
  std::uint64_t recent_bytes = 0;  // of all selections
  Forms forms;
  RewrittenEvents rewritten;
  std::unordered_map<std::string, std::unique_ptr<Selection>> selections;
  InterestIndex index;
  std::vector<Cursor*> ready;
  std::vector<Selection*> hits;
  std::size_t cursors = 0;

  Selection& selection(const std::shared_ptr<const Form>& form, std::vector<Wish> wishes);
  /// Called when its last client has left.
  void drop(Selection& selection);

  /// Takes everything new into the selections; what must be served is in `ready`.
  void take_news();

  int draw(int low, int high);
  std::string id(event::Sequence sequence) const;
  /// True when an event of these types, newer than `after`, is gone.
  bool lost(const std::vector<event::TypeNumber>& types, event::Sequence after) const;

  /// Takes what the log has up to `head` into the selections.
  void read_to(event::Sequence head);

 private:
  void tell_clients();
  void take_declaration();
  void enter(const event::EventPtr& event, Selection& selection, Parts bit);
  void overtaken(event::Sequence to);
  void look_all(Selection& selection);

  std::vector<Selection*> met_;  // have several streams, some of which carry the event at hand
};

}  // namespace sluice::stream
