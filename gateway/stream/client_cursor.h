#pragma once

#include <memory>
#include <string_view>
#include <vector>

#include "event/wire.h"
#include "stream/cursor.h"
#include "stream/deadlines.h"
#include "stream/feed_core.h"
#include "stream/own_bytes.h"

namespace sluice::stream {

/// A client's place in its stream, and what it does when it falls behind.
///
/// It is either on its selection's line (`at_` says where), or on its own way through the log (everything up to
/// `after_` is sent), from where it joins the line as soon as the line reaches back far enough. Before either come, in
/// this order: the rest of an event that the socket took in part, then its own bytes.
///
/// Where there is a coding it also keeps the sum of all text that it was sent, for the end: of its way along the line
/// only where it joined it, so that an event costs nothing more.
///
/// Threads: its feed's.
/// Invariant: idle() exactly when nothing is due and the feed will say when that changes.
class ClientCursor final : public Cursor, private Deadline {
 public:
  ClientCursor(FeedCore& core, Selection& selection, std::int64_t now_ms);
  ~ClientCursor() override;

  std::string_view due() override;
  void sent(std::size_t count, std::int64_t now_ms) override;
  End end() const override { return end_; }
  bool at_border() const override;
  event::Sequence accepted() const override { return accepted_; }
  std::uint64_t lag() const override;

  // For the feed: the beginning.

  /// Goes on after `position`; `own` is sent first. The client knows the id of `told`, or learns it from `own`.
  void begin(std::unique_ptr<OwnBytes> own, event::Sequence position, event::Sequence told);
  /// Ends then with `expired`, where the stream's max_age is not sooner.
  void end_at(std::int64_t ms);
  void came_by_right() { by_right_ = true; }
  bool by_right() const { return by_right_; }
  void accept(event::Sequence position) { accepted_ = position; }
  /// Puts what the stream has after `after` into `events`, up to the feed's position. False when some of it is gone.
  bool collect(event::Sequence after, std::vector<event::EventPtr>& events);

  // For the feed: news. Each is true when the client must be served.

  /// Its selection has new bytes: an idle client has something to get; one that lags too far gets the stream's
  /// overflow.
  bool line_grew();
  /// The broker came or went, or the line was cut: an idle client looks for itself.
  bool look();
  bool deadline(std::int64_t now_ms);
  bool finish(End end);
  /// Ends once everything up to now has been sent.
  void wind_up(End end);
  /// Moves to the same stream, declared anew.
  void move_to(Selection& selection);
  /// Leaves the line when it is before that offset: the line forgets what stands there.
  void leave_line_before(std::uint64_t offset);
  void leave_line();

  static ClientCursor& of(Deadline& deadline) { return static_cast<ClientCursor&>(deadline); }
  Selection& selection() const { return *selection_; }

  std::uint32_t place_in_selection = 0;  // the selection's

 private:
  bool idle() const { return idle_; }
  void wake_up();
  void settle();
  bool join_line();
  /// True when nothing more of its stream goes out.
  bool ended_hard() const {
    if (closed_) return true;
    return end_ != End::none && end_ != End::drain && end_ != End::stream_removed && end_ != End::stream_changed;
  }
  OwnBytes& own();
  void tell(std::string_view text);
  void close();
  void count_line(std::uint64_t to);
  void count_own();
  void count_event(const event::Event& event);
  void arm(std::int64_t now_ms);
  void heartbeat();
  void overflow();
  void conflate();
  void drop();
  void tell_gap(event::GapReason reason, event::Sequence from, event::Sequence to, std::optional<std::uint64_t> missed);
  std::string_view gather_line();
  std::string_view gather_log();
  std::string_view gather_own_events();
  void sent_own_events(std::size_t count);
  void sent_of_log(std::size_t count);
  std::size_t partial_left() const;
  void take_partly(const event::EventPtr& event, std::size_t sent_bytes);

  /// What was sent to a client that there is a coding for.
  struct SentText {
    TextSum sum;
    TextSum line;  // of the line, up to where `sum` counts it
  };

  // What each delivery touches stands first.
  Selection* selection_;
  std::uint64_t at_ = 0;  // on the line; also while it is off the line, once it has been at the head: its lag
  std::uint32_t partial_sent_ = 0;
  bool idle_ = false;
  bool on_line_ = false;
  bool been_at_head_ = false;
  bool end_told_ = false;
  bool closed_ = false;   // the coding's end was told too
  bool expires_ = false;  // at ends_at_ms_, rather than having grown old
  bool by_right_ = false;
  std::int64_t last_ms_;  // when something last went out
  FeedCore& core_;
  std::unique_ptr<OwnBytes> own_;
  event::EventPtr partial_;  // sent in part
  std::unique_ptr<SentText> text_;
  std::uint64_t source_version_;
  End end_ = End::none;
  event::Sequence after_ = 0;  // off the line
  event::Sequence told_ = 0;   // the newest id that it was told besides those of its events
  event::Sequence accepted_ = 0;
  std::int64_t ends_at_ms_ = INT64_MAX;
};

static_assert(sizeof(ClientCursor) <= 256, "an idle client's own part");

}  // namespace sluice::stream
