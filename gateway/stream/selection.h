#pragma once

#include <cstdint>
#include <memory>
#include <span>
#include <string>
#include <vector>

#include "event/stream_spec.h"
#include "metrics/metrics.h"
#include "stream/matcher.h"
#include "stream/snapshot.h"

namespace sluice::stream {

class ClientCursor;

/// What clients of equal stream, path values, query and binding share: which events are theirs, and the newest of
/// these.
///
/// Its events' blocks, one after the other since the selection began, are a line of bytes; `total()` is its length. A
/// client's place is an offset on that line. The events of the line's end stand here (`recent`) as long as some client
/// has not got them; what is further back comes from the log.
///
/// Threads: its feed's.
/// Invariant: every event of the selection after recent_from(), up to the feed's position, is in recent().
class Selection {
 public:
  struct Recent {
    event::EventPtr event;
    std::uint64_t end = 0;  // on the line
  };

  Selection(std::string table_key, std::shared_ptr<const event::StreamSpec> stream, Value query_value,
            std::vector<std::string> path, KeyBinding binding, event::TypeNumber gap_type, event::Sequence position,
            std::uint64_t& recent_bytes_of_all, metrics::Gauge& clients_of_stream);
  ~Selection();
  Selection(const Selection&) = delete;
  Selection& operator=(const Selection&) = delete;

  const std::string key;  // names it among its feed's selections
  const std::shared_ptr<const event::StreamSpec> spec;
  const Value query;
  const std::vector<std::string> path_values;
  const Matcher matcher;

  /// The event types that go out live, `gap` among them.
  const std::vector<event::TypeNumber>& types() const { return types_; }
  /// True when the event is one that this selection's clients get.
  bool carries(const event::Event& event) const;
  std::string_view block(const event::Event& event) const { return event.block(spec->frame); }

  /// Puts the next of its events on the line.
  void add(const event::EventPtr& event);
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

  bool hit = false;                  // advance()'s own mark
  std::uint32_t place_in_index = 0;  // the index's

 private:
  std::vector<event::TypeNumber> types_;
  std::vector<bool> carried_;  // by type
  event::TypeNumber gap_type_ = 0;
  std::vector<Recent> recent_;
  std::size_t recent_begin_ = 0;
  std::uint64_t recent_start_ = 0;  // on the line
  std::uint64_t total_ = 0;
  std::uint64_t& recent_of_all_;
  metrics::Gauge& clients_of_stream_;
  event::Sequence newest_ = 0;
  event::Sequence recent_from_ = 0;
  std::vector<ClientCursor*> clients_;
  std::size_t behind_ = 0;
  std::weak_ptr<const Snapshot> snapshot_;
  std::uint64_t snapshot_version_ = 0;
};

}  // namespace sluice::stream
