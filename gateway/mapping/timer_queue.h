#pragma once

#include <cstdint>
#include <optional>
#include <set>

#include "base/clock.h"

namespace sluice::mapping {

class TimerQueue;

/// Something that rings at a time of the message clock, once for each time it is armed. It belongs to the state it is
/// part of and leaves its queue when it dies.
class Alarm {
 public:
  Alarm() = default;
  Alarm(const Alarm&) = delete;
  Alarm& operator=(const Alarm&) = delete;
  virtual ~Alarm();

  bool armed() const { return armed_; }
  Timestamp due() const { return due_; }
  /// What there is to do at the due time. It may arm any alarm again, this one too.
  virtual void ring() = 0;

 private:
  friend class TimerQueue;
  TimerQueue* queue_ = nullptr;  // that has an entry for it
  Timestamp due_{};
  std::uint64_t order_ = 0;
  Timestamp queued_due_{};
  std::uint64_t queued_order_ = 0;
  bool armed_ = false;
};

/// The alarms of one Mapper, by due time and then by the order in which they were armed.
///
/// Threads: the pipeline thread.
/// Order: an alarm armed again for later keeps its old entry until that comes up; so a timer that every message pushes
/// back costs nothing. It must outlive its alarms.
class TimerQueue {
 public:
  void arm(Alarm& alarm, Timestamp due);
  void disarm(Alarm& alarm);

  /// The first alarm due at or before `now`, disarmed; nullptr when there is none.
  Alarm* take_due(Timestamp now);
  /// When to look again at the latest; it may be early, never late.
  std::optional<Timestamp> next() const;

 private:
  friend class Alarm;
  struct Entry {
    Timestamp due;
    std::uint64_t order;
    Alarm* alarm;
    friend bool operator<(const Entry& a, const Entry& b) { return a.due != b.due ? a.due < b.due : a.order < b.order; }
  };
  void enter(Alarm& alarm);
  void leave(Alarm& alarm);

  std::set<Entry> entries_;
  std::uint64_t armed_count_ = 0;
};

}  // namespace sluice::mapping
