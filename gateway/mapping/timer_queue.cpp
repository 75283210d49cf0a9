#include "mapping/timer_queue.h"

namespace sluice::mapping {

Alarm::~Alarm() {
  if (queue_ != nullptr) queue_->leave(*this);
}

void TimerQueue::enter(Alarm& alarm) {
  alarm.queue_ = this;
  alarm.queued_due_ = alarm.due_;
  alarm.queued_order_ = alarm.order_;
  entries_.insert({alarm.due_, alarm.order_, &alarm});
}

void TimerQueue::leave(Alarm& alarm) {
  entries_.erase({alarm.queued_due_, alarm.queued_order_, &alarm});
  alarm.queue_ = nullptr;
}

void TimerQueue::arm(Alarm& alarm, Timestamp due) {
  alarm.due_ = due;
  alarm.order_ = ++armed_count_;
  alarm.armed_ = true;
  if (alarm.queue_ != nullptr) {
    if (alarm.queued_due_ <= due) return;
    leave(alarm);
  }
  enter(alarm);
}

void TimerQueue::disarm(Alarm& alarm) {
  alarm.armed_ = false;
}

Alarm* TimerQueue::take_due(Timestamp now) {
  while (!entries_.empty() && entries_.begin()->due <= now) {
    Alarm& alarm = *entries_.begin()->alarm;
    const bool current = alarm.queued_order_ == alarm.order_;
    leave(alarm);
    if (!alarm.armed_) continue;
    if (!current) {
      enter(alarm);
      continue;
    }
    alarm.armed_ = false;
    return &alarm;
  }
  return nullptr;
}

std::optional<Timestamp> TimerQueue::next() const {
  if (entries_.empty()) return std::nullopt;
  return entries_.begin()->due;
}

}  // namespace sluice::mapping
