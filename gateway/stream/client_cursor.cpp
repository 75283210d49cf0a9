#include "stream/client_cursor.h"

#include <algorithm>
#include <cassert>
#include <utility>

#include "stream/stream_metrics.h"

namespace sluice::stream {
namespace {

constexpr std::size_t most_due = std::size_t{256} << 10;
constexpr std::uint64_t worth_a_send = std::uint64_t{32} << 10;
constexpr std::size_t events_a_read = 1024;
constexpr int retry_min_at_drain_ms = 5000;
constexpr int retry_max_at_drain_ms = 15000;

}  // namespace

ClientCursor::ClientCursor(FeedCore& core, Selection& selection, std::int64_t now_ms)
    : selection_(&selection), last_ms_(now_ms), core_(core), source_version_(core.source.version) {
  selection_->attach(*this);
  selection_->became_behind();
  ++core_.cursors;
  core_.hub.metrics().cursors.add(1);
  if (selection_->form->coding != nullptr) text_ = std::make_unique<SentText>();
  if (const auto max_age = selection_->terms().max_age) ends_at_ms_ = now_ms + max_age->count();
  arm(now_ms);
}

ClientCursor::~ClientCursor() {
  core_.deadlines.remove(*this);
  --core_.cursors;
  core_.hub.metrics().cursors.add(-1);
  selection_->detach(*this);
  if (!idle_) selection_->became_idle();
  if (core_.gathered.owner == this) core_.gathered.owner = nullptr;
  if (selection_->clients().empty()) core_.drop(*selection_);
}

void ClientCursor::begin(std::unique_ptr<OwnBytes> own, event::Sequence position, event::Sequence told) {
  own_ = std::move(own);
  after_ = position;
  told_ = told;
}

std::uint64_t ClientCursor::lag() const {
  if (!been_at_head_) return 0;
  auto lag = selection_->total() - at_;
  if (own_) {
    for (auto i = own_->next_event; i < own_->events.size(); ++i) lag += selection_->block(*own_->events[i]).size();
  }
  return lag;
}

bool ClientCursor::at_border() const {
  if (partial_) return false;
  if (own_) return own_->sent_bytes() == 0 || !own_->bytes_left();
  if (!on_line_ || at_ == selection_->total()) return true;
  const auto& [event, end] = selection_->recent()[selection_->recent_at(at_)];
  return at_ + selection_->block(*event).size() == end;
}

// What is due, in order.

std::string_view ClientCursor::due() {
  for (;;) {
    settle();
    if (partial_) return selection_->block(*partial_).substr(partial_sent_);
    if (own_) {
      core_.gathered.of = nullptr;
      core_.gathered.owner = nullptr;
      if (own_->bytes_left()) return own_->bytes(most_due, core_.gathered.bytes);
      return gather_own_events();
    }
    if (idle_ || ended_hard()) return {};
    if (on_line_) return gather_line();
    // Nothing found means that it has looked through the log, or met a gap: either way there is a new state to settle.
    if (const auto bytes = gather_log(); !bytes.empty()) return bytes;
  }
}

void ClientCursor::sent(std::size_t count, std::int64_t now_ms) {
  if (count == 0) return;
  last_ms_ = now_ms;
  if (partial_) {
    partial_sent_ += static_cast<std::uint32_t>(count);
    at_ += count;
    assert(partial_sent_ <= selection_->block(*partial_).size());
    if (partial_sent_ == selection_->block(*partial_).size()) partial_.reset();
  } else if (own_ && own_->bytes_left()) {
    own_->sent(count);
    if (text_ && !own_->bytes_left()) count_own();
  } else if (own_) {
    sent_own_events(count);
  } else if (on_line_) {
    at_ += count;
    assert(at_ <= selection_->total());
  } else {
    sent_of_log(count);
  }
  settle();
}

// Brings the state to rest: own bytes that are sent go, a way through the log that has reached the line joins it, and a
// client that has everything becomes idle, unless there is something to tell it.
void ClientCursor::settle() {
  if (partial_ || idle_) return;
  if (own_) {
    if (ended_hard()) own_->next_event = own_->events.size();
    if (own_->bytes_left() || own_->events_left()) return;
    own_.reset();
  }
  if (end_ == End::expired && !end_told_) {
    end_told_ = true;
    return tell(selection_->form->expired(core_.clock.now()));
  }
  if (ended_hard()) return close();
  if (!on_line_ && !join_line() && after_ < core_.position) return;
  if (on_line_ && at_ < selection_->total()) return;
  if (source_version_ != core_.source.version) {
    source_version_ = core_.source.version;
    return tell(selection_->form->source(core_.source.connected, core_.source.since, core_.clock.now()));
  }
  if (end_ == End::drain && !end_told_) {
    end_told_ = true;
    const auto farewell = selection_->form->farewell(core_.draw(retry_min_at_drain_ms, retry_max_at_drain_ms));
    if (!farewell.empty()) return tell(farewell);
  }
  if (end_ != End::none && text_) return close();
  if (!on_line_) at_ = selection_->total();
  idle_ = been_at_head_ = true;
  selection_->became_idle();
}

void ClientCursor::wake_up() {
  if (!idle_) return;
  idle_ = false;
  selection_->became_behind();
}

// A snapshot can be ahead of the feed; then the line has to pass it first.
bool ClientCursor::join_line() {
  if (after_ < selection_->recent_from() || after_ > core_.position) return false;
  at_ = selection_->offset_after(after_);
  on_line_ = true;
  if (text_) text_->line = selection_->text_up_to(at_);
  return true;
}

void ClientCursor::leave_line_before(std::uint64_t offset) {
  if (on_line_ && at_ < offset) leave_line();
}

void ClientCursor::leave_line() {
  if (!on_line_) return;
  on_line_ = false;
  after_ = core_.position;
  const auto recent = selection_->recent();
  const auto next = selection_->recent_at(at_);
  if (next == recent.size()) return count_line(at_);
  const auto& [event, end] = recent[next];
  const auto start = end - selection_->block(*event).size();
  count_line(start);
  after_ = event->sequence - 1;
  if (at_ > start) take_partly(event, at_ - start);
}

std::size_t ClientCursor::partial_left() const {
  return partial_ ? selection_->block(*partial_).size() - partial_sent_ : 0;
}

void ClientCursor::take_partly(const event::EventPtr& event, std::size_t sent_bytes) {
  partial_ = event;
  partial_sent_ = static_cast<std::uint32_t>(sent_bytes);
  after_ = std::max(after_, event->sequence);
  count_event(*event);
}

std::string_view ClientCursor::gather_line() {
  auto& gathered = core_.gathered;
  const auto gathered_end = gathered.from + gathered.bytes.size();
  const bool here = gathered.of == selection_ && at_ >= gathered.from && at_ < gathered_end;
  if (here && (gathered_end == selection_->total() || gathered_end - at_ >= worth_a_send)) {
    return std::string_view(gathered.bytes).substr(at_ - gathered.from);
  }
  const auto recent = selection_->recent();
  const auto first = selection_->recent_at(at_);
  const auto block = selection_->block(*recent[first].event);
  const auto start = recent[first].end - block.size();
  if (first + 1 == recent.size()) return block.substr(at_ - start);  // one event needs no copy
  gathered.of = selection_;
  gathered.owner = nullptr;
  gathered.from = start;
  gathered.bytes.clear();
  for (auto i = first; i < recent.size() && gathered.bytes.size() < most_due; ++i) {
    gathered.bytes.append(selection_->block(*recent[i].event));
  }
  return std::string_view(gathered.bytes).substr(at_ - start);
}

std::string_view ClientCursor::gather_log() {
  auto& gathered = core_.gathered;
  gathered.of = nullptr;
  gathered.owner = this;
  gathered.bytes.clear();
  gathered.events.clear();
  gathered.looked_to = after_;
  const auto& log = core_.hub.log();
  while (gathered.looked_to < core_.position && gathered.bytes.size() < most_due) {
    auto& at = gathered.looked_to;
    log.read(at, std::min<std::size_t>(events_a_read, core_.position - at), core_.batch);
    const auto oldest = core_.batch.empty() ? log.first() : core_.batch.front()->sequence;
    if (oldest > at + 1 && core_.lost(selection_->types(), at)) {
      if (gathered.events.empty()) tell_gap(event::GapReason::expired, after_, oldest - 1, std::nullopt);
      break;
    }
    if (oldest > core_.position) {
      at = core_.position;
      break;
    }
    for (auto& event : core_.batch) {
      if (event->sequence > core_.position || gathered.bytes.size() >= most_due) break;
      at = event->sequence;
      auto sent = selection_->as_sent(std::move(event));
      if (sent == nullptr) continue;
      gathered.bytes.append(selection_->block(*sent));
      gathered.events.push_back({std::move(sent), gathered.bytes.size()});
    }
  }
  if (gathered.events.empty() && own_ == nullptr) after_ = gathered.looked_to;
  return gathered.bytes;
}

void ClientCursor::sent_of_log(std::size_t count) {
  auto& gathered = core_.gathered;
  assert(gathered.owner == this);
  at_ += count;
  std::uint64_t start = 0;
  for (const auto& [event, end] : gathered.events) {
    if (count < end) {
      if (count > start) take_partly(event, count - start);
      gathered.owner = nullptr;
      return;
    }
    after_ = told_ = event->sequence;
    count_event(*event);
    start = end;
  }
  after_ = gathered.looked_to;
  gathered.owner = nullptr;
}

std::string_view ClientCursor::gather_own_events() {
  auto& bytes = core_.gathered.bytes;
  bytes.clear();
  for (auto i = own_->next_event; i < own_->events.size() && bytes.size() < most_due; ++i) {
    bytes.append(selection_->block(*own_->events[i]));
  }
  return bytes;
}

void ClientCursor::sent_own_events(std::size_t count) {
  while (count > 0) {
    const auto event = own_->events[own_->next_event++];
    const auto size = selection_->block(*event).size();
    count_event(*event);
    if (count < size) {
      partial_ = event;
      partial_sent_ = static_cast<std::uint32_t>(count);
      at_ -= size - count;  // comes back as the rest is sent: this event is not on the line
      return;
    }
    count -= size;
    told_ = std::max(told_, event->sequence);
  }
}

OwnBytes& ClientCursor::own() {
  if (own_ == nullptr) own_ = std::make_unique<OwnBytes>();
  return *own_;
}

bool ClientCursor::collect(event::Sequence after, std::vector<event::EventPtr>& events) {
  const auto& log = core_.hub.log();
  while (after < core_.position) {
    log.read(after, std::min<std::size_t>(events_a_read, core_.position - after), core_.batch);
    const auto oldest = core_.batch.empty() ? log.first() : core_.batch.front()->sequence;
    if (oldest > after + 1 && core_.lost(selection_->types(), after)) return false;
    if (core_.batch.empty()) return true;
    after = core_.batch.back()->sequence;
    for (auto& event : core_.batch) {
      if (event->sequence > core_.position) return true;
      if (auto sent = selection_->as_sent(std::move(event))) events.push_back(std::move(sent));
    }
  }
  return true;
}

void ClientCursor::tell(std::string_view text) {
  selection_->form->tell(text, own().head);
}

// The end of what is coded, for which all is counted by now.
void ClientCursor::close() {
  if (!text_ || std::exchange(closed_, true)) return;
  if (on_line_) count_line(at_);
  Written end;
  selection_->form->coding->end(text_->sum, end);
  if (!end.bytes.empty()) own().head = std::move(end);
}

void ClientCursor::count_line(std::uint64_t to) {
  if (!text_) return;
  const auto line = selection_->text_up_to(to);
  text_->sum.add(text_->line.up_to(line));
  text_->line = line;
}

void ClientCursor::count_own() {
  if (on_line_) count_line(at_);
  text_->sum.add(own_->text());
}

void ClientCursor::count_event(const event::Event& event) {
  if (text_) text_->sum.add(Selection::text(event));
}

// News.

bool ClientCursor::line_grew() {
  if (idle_) {
    wake_up();
    return true;
  }
  if (end_ == End::none && been_at_head_ && selection_->total() - at_ > core_.options.backlog) overflow();
  return end_ != End::none;
}

bool ClientCursor::look() {
  if (!idle_) return false;
  wake_up();
  settle();
  return !idle_;
}

bool ClientCursor::finish(End end) {
  if (ended_hard()) return false;
  leave_line();
  wake_up();
  end_ = end;
  core_.deadlines.remove(*this);
  core_.hub.metrics().count(end);
  return true;
}

void ClientCursor::wind_up(End end) {
  if (end_ != End::none) return;
  end_ = end;
  core_.hub.metrics().count(end);
  core_.deadlines.remove(*this);
  wake_up();
}

void ClientCursor::move_to(Selection& selection) {
  leave_line();
  selection_->detach(*this);
  if (!idle_) selection_->became_idle();
  idle_ = false;
  been_at_head_ = false;  // the bytes between it and the head are other bytes now
  selection_ = &selection;
  selection_->attach(*this);
  selection_->became_behind();
  settle();
}

void ClientCursor::end_at(std::int64_t ms) {
  if (ms >= ends_at_ms_) return;
  ends_at_ms_ = ms;
  expires_ = true;
  arm(last_ms_);
}

void ClientCursor::arm(std::int64_t now_ms) {
  const auto every = std::max<std::int64_t>(selection_->terms().heartbeat.count(), 1);
  // A client that takes nothing has bytes due: they find out whether it lives.
  const auto from_ms = last_ms_ + every > now_ms ? last_ms_ : now_ms;
  core_.deadlines.set(*this, std::min(from_ms + every, ends_at_ms_));
}

bool ClientCursor::deadline(std::int64_t now_ms) {
  if (now_ms >= ends_at_ms_) return finish(expires_ ? End::expired : End::max_age);
  if (!idle_ || now_ms - last_ms_ < selection_->terms().heartbeat.count()) {
    arm(now_ms);
    return false;
  }
  heartbeat();
  last_ms_ = now_ms;
  arm(now_ms);
  return true;
}

void ClientCursor::heartbeat() {
  const auto& form = *selection_->form;
  const auto now = core_.clock.now();
  core_.hub.metrics().heartbeats.add();
  wake_up();
  tell(form.heartbeat(selection_->terms().heartbeat_event, now));
  // Everything up to here was not for this client. Were it not told, an event of these lost later would look to it like
  // one of its own.
  if (core_.position > std::max(told_, selection_->newest())) {
    told_ = core_.position;
    tell(form.checkpoint(core_.id(told_), now));
  }
}

}  // namespace sluice::stream
