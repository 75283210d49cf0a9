#pragma once

#include <cstdint>
#include <list>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "event/stream_spec.h"
#include "stream/form.h"
#include "stream/interest.h"
#include "stream/rewritten_events.h"
#include "stream/snapshot.h"
#include "stream/thinning.h"

namespace sluice::stream {

class ClientCursor;

/// What clients of equal wishes and equal form share: which events are theirs, and the newest of these.
///
/// Its events' blocks, one after the other since the selection began, are a line of bytes; `total()` is its length. A
/// client's place is an offset on that line. The events of the line's end stand here (`recent`) as long as some client
/// has not got them; what is further back comes from the log.
///
/// Threads: its feed's.
/// Invariant: every event of the selection after recent_from(), up to the feed's position, is in recent().
class alignas(64) Selection {
 public:
  struct Recent {
    event::EventPtr event;
    std::uint64_t end = 0;  // on the line
  };

 private:
  // What each event touches: the first two cache lines.
  const event::Frame frame_;
  const bool rewrites_;
  const bool several_;

 public:
  bool hit = false;  // advance()'s own mark
  Parts met = 0;     // as well: the parts that carry the event at hand

 private:
  std::uint64_t total_ = 0;
  event::Sequence newest_ = 0;
  std::vector<Recent> recent_;
  std::vector<ClientCursor*> clients_;
  std::size_t behind_ = 0;
  std::size_t recent_begin_ = 0;
  std::uint64_t recent_start_ = 0;  // on the line
  event::Sequence recent_from_ = 0;

 public:
  /// What selections have from their feed.
  struct Commons {
    event::TypeNumber gap_type = 0;
    std::uint64_t& recent_bytes;  // of all
    RewrittenEvents& rewritten;
  };

  /// `wishes`: at least one, at most most_joined. `clients`: the gauge of each wish's stream. It carries what comes
  /// after `position`.
  Selection(std::string table_key, std::shared_ptr<const Form> its_form, std::vector<Wish> wishes,
            const std::vector<metrics::Gauge*>& clients, event::Sequence position, Commons commons);
  ~Selection();
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;

  const std::string key;  // names it among its feed's selections
  const std::shared_ptr<const Form> form;

  /// One for each stream, in the order asked for.
  std::list<Interest>& interests() { return interests_; }
  const std::list<Interest>& interests() const { return interests_; }
  bool several() const { return several_; }

  /// What its clients are promised besides events: the stream's own, of several streams the strictest.
  struct Terms {
    milliseconds heartbeat{};
    std::string heartbeat_event;  // "": the comment
    std::optional<milliseconds> max_age;
    event::Overflow overflow = event::Overflow::disconnect;
    std::vector<event::TypeNumber> thinned;  // of which who resumes gets the newest per key only
    bool ages = false;
  };
  const Terms& terms() const { return terms_; }
  /// The event types that go out live, `gap` among them.
  const std::vector<event::TypeNumber>& types() const { return types_; }
  /// Those of its snapshot.
  const std::vector<event::TypeNumber>& shown_types() const { return shown_types_; }

  /// The parts that carry the event; 0: it is none of its clients'.
  Parts carriers(const event::Event& event) const;
  /// The event, which those parts carry, as its clients get it.
  event::EventPtr as_sent(const event::EventPtr& event, Parts parts) const;
  /// The same of an event of the log; null when there is nothing to send.
  event::EventPtr as_sent(event::EventPtr&& event) const;
  /// The bytes of an event that is as sent.
  std::string_view block(const event::Event& event) const { return event.block(frame_); }

  /// Tells which parts carry an event that is as sent; null: there is one part.
  PartsOf* parts_of() const {
    return several_ ? [](const event::Event& event) { return static_cast<const RewrittenEvent&>(event).parts; }
                    : static_cast<PartsOf*>(nullptr);
  }

  /// Puts the next of its events on the line; those parts carry it.
  void add(const event::EventPtr& event, Parts parts) {
    newest_ = event->sequence;
    if (rewrites_) return put(as_sent(event, parts));
    put(event);
  }
  std::uint64_t total() const { return total_; }
  /// The newest event's sequence; 0 when none came since the selection began.
  event::Sequence newest() const { return newest_; }
  event::Sequence recent_from() const { return recent_from_; }
  std::span<const Recent> recent() const { return std::span(recent_).subspan(recent_begin_); }
  std::uint64_t recent_start() const { return recent_start_; }
  /// The first of recent() that ends beyond that offset of the line.
  std::size_t recent_at(std::uint64_t offset) const;
  /// Where the line goes on after `sequence`, which is at least recent_from().
  std::uint64_t offset_after(event::Sequence sequence) const;
  /// Forgets recent events, the oldest first, until at most `limit_bytes` of them are left.
  void trim(std::uint64_t limit_bytes);
  /// Forgets all of them; there were none lost up to `from`.
  void forget_recent(event::Sequence from);

  // Where there is a coding.

  static const TextSum& text(const event::Event& event) { return static_cast<const RewrittenEvent&>(event).text; }
  /// The sum of the line's text up to the end of an event, which stands at that offset and is not forgotten.
  TextSum text_up_to(std::uint64_t offset) const;

  void attach(ClientCursor& cursor);
  void detach(ClientCursor& cursor);
  /// One client more, or one less, that has something to get.
  void became_behind() { ++behind_; }
  void became_idle();
  std::span<ClientCursor* const> clients() const { return clients_; }

  /// The snapshot that newcomers share while nothing of it changes and somebody still has to get it.
  std::shared_ptr<const Snapshot> snapshot() const { return snapshot_.lock(); }
  std::uint64_t snapshot_version() const { return snapshot_version_; }
  void keep(const std::shared_ptr<const Snapshot>& snapshot, std::uint64_t version);

 private:
  void read_terms();
  void put(const event::EventPtr& event);

  std::list<Interest> interests_;  // they do not move
  Terms terms_;
  std::vector<event::TypeNumber> types_;
  std::vector<event::TypeNumber> shown_types_;
  TextSum start_text_;  // up to recent_start_
  TextSum total_text_;
  Commons commons_;
  std::weak_ptr<const Snapshot> snapshot_;
  std::uint64_t snapshot_version_ = 0;
};

}  // namespace sluice::stream
