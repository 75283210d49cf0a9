#include "history/memory_event_log.h"

#include <algorithm>
#include <array>
#include <cassert>

namespace sluice::history {
namespace {

constexpr std::size_t segment_events = 256;
constexpr std::size_t segment_bytes = std::size_t{1} << 20;  // large events: memory comes back in steps of about this

/// What an event weighs against the retention: its bytes and about what stands around them.
std::size_t weight(const event::Event& event) {
  return event.bytes.size() + event.key_json.size() + event.key.heap_bytes() +
         (event.fields ? event.fields->heap_bytes() : 0) + sizeof(event::Event) + 64;
}

}  // namespace

struct MemoryEventLog::Segment {
  explicit Segment(event::Sequence first_sequence) : first(first_sequence) {}
  const event::Sequence first;
  // The pipeline thread's own; a reader knows from head() which slots are written.
  std::size_t used = 0;
  std::size_t bytes = 0;
  std::array<event::EventPtr, segment_events> slots;
};

MemoryEventLog::MemoryEventLog(Retention retention, std::string epoch)
    : retention_(retention), epoch_(std::move(epoch)) {}
MemoryEventLog::~MemoryEventLog() = default;

void MemoryEventLog::append(event::EventPtr event) {
  assert(event->sequence == next_);
  if (segments_.empty() || segments_.back()->used == segment_events || segments_.back()->bytes >= segment_bytes) {
    auto segment = std::make_shared<Segment>(next_);
    const std::lock_guard lock(mutex_);
    segments_.push_back(std::move(segment));
  }
  auto& segment = *segments_.back();
  const auto size = weight(*event);
  segment.bytes += size;
  bytes_ += size;
  newest_ = std::max(newest_, event->time);
  segment.slots[segment.used++] = std::move(event);
  ++next_;
}

void MemoryEventLog::commit() {
  head_.store(next_ - 1, std::memory_order_seq_cst);
  drop_old();
}

bool MemoryEventLog::beyond_retention(const event::Event& oldest) const {
  const auto kept = next_ - first_.load(std::memory_order_relaxed);
  return kept > retention_.events || bytes_ > retention_.bytes || newest_ - oldest.time > retention_.age;
}

void MemoryEventLog::drop_old() {
  std::vector<std::shared_ptr<Segment>> dead;  // freed after the lock
  std::unique_lock lock(mutex_, std::defer_lock);
  auto first = first_.load(std::memory_order_relaxed);
  while (first < next_) {
    // segments_ is changed by this thread alone, so that reading it needs no lock.
    const auto segment = segments_.front();
    const auto& oldest = *segment->slots[first - segment->first];
    if (!beyond_retention(oldest)) break;
    if (!lock) lock.lock();
    bytes_ -= weight(oldest);
    if (lost_.size() <= oldest.type) lost_.resize(oldest.type + 1, 0);
    lost_[oldest.type] = oldest.sequence;
    first_.store(++first, std::memory_order_release);
    if (first == segment->first + segment->used) {
      dead.push_back(segment);
      segments_.pop_front();
    }
  }
}

event::Sequence MemoryEventLog::lost(event::TypeNumber type) const {
  const std::lock_guard lock(mutex_);
  return type < lost_.size() ? lost_[type] : 0;
}

void MemoryEventLog::read(event::Sequence after, std::size_t limit, std::vector<event::EventPtr>& out) const {
  out.clear();
  const auto head = this->head();
  std::vector<std::shared_ptr<const Segment>> taken;
  event::Sequence from = 0;
  event::Sequence to = 0;
  {
    const std::lock_guard lock(mutex_);
    from = std::max(after + 1, first_.load(std::memory_order_relaxed));
    if (from > head || limit == 0) return;
    to = std::min<event::Sequence>(head, from + limit - 1);
    auto segment = std::ranges::upper_bound(segments_, from, {}, [](const auto& one) { return one->first; });
    for (--segment; segment != segments_.end() && (*segment)->first <= to; ++segment) taken.push_back(*segment);
  }
  out.reserve(to - from + 1);
  for (std::size_t i = 0; i < taken.size(); ++i) {
    const auto& segment = *taken[i];
    const auto end = i + 1 < taken.size() ? taken[i + 1]->first : to + 1;
    for (; from < end; ++from) out.push_back(segment.slots[from - segment.first]);
  }
}

}  // namespace sluice::history
