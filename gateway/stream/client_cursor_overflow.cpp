// What a client cursor does when it has fallen too far behind.

#include "stream/client_cursor.h"
#include "stream/stream_metrics.h"
#include "stream/thinning.h"

namespace sluice::stream {

void ClientCursor::overflow() {
  switch (selection_->terms().overflow) {
    case event::Overflow::disconnect:
      finish(End::slow);
      return;
    case event::Overflow::conflate:
      return conflate();
    case event::Overflow::drop:
      return drop();
  }
}

void ClientCursor::conflate() {
  leave_line();
  std::vector<event::EventPtr> events;
  if (own_) events.assign(own_->events.begin() + static_cast<std::ptrdiff_t>(own_->next_event), own_->events.end());
  if (!collect(after_, events)) return;  // retention was faster: the way through the log meets the gap
  const auto out = leave_newest(events, nullptr, core_.hub.gap_type(), selection_->parts_of());
  core_.hub.metrics().conflated.add(out);
  auto& mine = own();
  mine.events = std::move(events);
  mine.next_event = 0;
  after_ = core_.position;
  at_ = selection_->total() - partial_left();
}

void ClientCursor::drop() {
  leave_line();
  std::vector<event::EventPtr> events;
  if (!collect(after_, events)) return;
  std::uint64_t left = 0;
  for (const auto& event : events) left += selection_->block(*event).size();
  std::size_t dropped = 0;
  while (dropped < events.size() && left > core_.options.backlog / 2) {
    left -= selection_->block(*events[dropped++]).size();
  }
  if (dropped == 0) return;
  const auto to = events[dropped - 1]->sequence;
  tell_gap(event::GapReason::slow, after_, to, dropped);
  at_ = selection_->total() - left - partial_left();
}

// A gap that has not begun to go out grows; it is not told again and again to a client that takes nothing.
void ClientCursor::tell_gap(event::GapReason reason, event::Sequence from, event::Sequence to,
                            std::optional<std::uint64_t> missed) {
  auto& mine = own();
  if (mine.gap && mine.sent_bytes() <= mine.gap->at && reason == event::GapReason::slow) {
    mine.head.bytes.resize(mine.gap->at);
    mine.head.text = mine.gap->before;
    from = mine.gap->from;
    *missed += mine.gap->missed;
  } else {
    core_.hub.metrics().count(reason);
  }
  mine.gap.reset();
  if (missed) {
    mine.gap = {.at = mine.head.bytes.size(), .before = mine.head.text, .from = from, .missed = *missed};
  }
  const auto from_id = core_.id(from);
  const auto to_id = core_.id(to);
  tell(selection_->form->gap({.reason = reason, .from = from_id, .to = to_id, .missed = missed}, true,
                             core_.clock.now()));
  after_ = told_ = to;
  if (reason == event::GapReason::expired) been_at_head_ = false;  // how many bytes it lacks is not known any more
}

}  // namespace sluice::stream
