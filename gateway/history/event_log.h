#pragma once

#include <string>
#include <vector>

#include "event/event.h"

namespace sluice::history {

/// How much of the past is kept; what goes beyond any of the three drops the oldest events.
struct Retention {
  std::size_t events = 100'000;
  std::size_t bytes = std::size_t{64} << 20;
  milliseconds age{3'600'000};
};

/// The events of the gateway in their order, the newest of them kept.
///
/// Threads: append() and commit() from the pipeline thread; everything else from any thread.
/// Order: sequences are dense, so the event after `n` is `n + 1`.
class EventLog {
 public:
  virtual ~EventLog() = default;

  /// Names this log; a new log has a new epoch.
  virtual const std::string& epoch() const = 0;
  /// Adds the event whose sequence is `next()`. Readers see it after commit().
  virtual void append(event::EventPtr event) = 0;
  /// Publishes what was appended; drops what retention no longer keeps.
  virtual void commit() = 0;
  /// The sequence that the next appended event must have.
  virtual event::Sequence next() const = 0;
  /// The newest sequence that readers see; 0 when there is none.
  virtual event::Sequence head() const = 0;
  /// The oldest sequence kept; head() + 1 when nothing is.
  virtual event::Sequence first() const = 0;
  /// The newest sequence of that type which retention has dropped; 0 when none was.
  virtual event::Sequence lost(event::TypeNumber type) const = 0;
  /// Puts the events after `after`, oldest first, at most `limit`, into `out` (cleared first). Starts at first() when
  /// retention has overtaken `after`: the caller compares lost().
  virtual void read(event::Sequence after, std::size_t limit, std::vector<event::EventPtr>& out) const = 0;
};

}  // namespace sluice::history
