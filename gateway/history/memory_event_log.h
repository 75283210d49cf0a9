#pragma once

#include <atomic>
#include <deque>
#include <memory>
#include <mutex>
#include <string>
#include <vector>

#include "history/event_log.h"

namespace sluice::history {

/// Keeps the newest events in memory, up to a count, a number of bytes and an age.
///
/// Events stand in segments. A segment's slots are written once, below the head that readers see, and never again: a
/// reader takes the segments under a short lock and reads them without one. Retention moves first() event by event and
/// frees memory segment by segment. Age is counted back from the newest event's time, not from a clock: a replayed log
/// keeps what a live one would.
///
/// Threads: as EventLog.
class MemoryEventLog final : public EventLog {
 public:
  explicit MemoryEventLog(Retention retention, std::string epoch = event::new_epoch());
  ~MemoryEventLog() override;

  const std::string& epoch() const override { return epoch_; }
  void append(event::EventPtr event) override;
  void commit() override;
  event::Sequence next() const override { return next_; }
  // Sequentially consistent: a reader that goes to sleep says so first and looks at the head again after.
  event::Sequence head() const override { return head_.load(std::memory_order_seq_cst); }
  event::Sequence first() const override { return first_.load(std::memory_order_acquire); }
  event::Sequence lost(event::TypeNumber type) const override;
  void read(event::Sequence after, std::size_t limit, std::vector<event::EventPtr>& out) const override;

 private:
  struct Segment;
  bool beyond_retention(const event::Event& oldest) const;
  void drop_old();

  const Retention retention_;
  const std::string epoch_;

  // The pipeline thread's own.
  event::Sequence next_ = 1;
  std::size_t bytes_ = 0;
  Timestamp newest_{};

  std::atomic<event::Sequence> head_{0};
  std::atomic<event::Sequence> first_{1};
  mutable std::mutex mutex_;                       // guards the two below, not the segments' slots
  std::deque<std::shared_ptr<Segment>> segments_;  // oldest first
  std::vector<event::Sequence> lost_;              // by type
};

}  // namespace sluice::history
