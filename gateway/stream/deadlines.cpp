#include "stream/deadlines.h"

#include <cassert>
#include <utility>

namespace sluice::stream {

void Deadlines::put(Deadline* deadline, std::size_t place) {
  heap_[place] = deadline;
  deadline->place = static_cast<std::uint32_t>(place);
}

void Deadlines::rise(std::size_t place) {
  auto* moving = heap_[place];
  while (place > 0) {
    const auto parent = (place - 1) / 2;
    if (heap_[parent]->at_ms <= moving->at_ms) break;
    put(heap_[parent], place);
    place = parent;
  }
  put(moving, place);
}

void Deadlines::sink(std::size_t place) {
  auto* moving = heap_[place];
  for (;;) {
    auto child = 2 * place + 1;
    if (child >= heap_.size()) break;
    if (child + 1 < heap_.size() && heap_[child + 1]->at_ms < heap_[child]->at_ms) ++child;
    if (moving->at_ms <= heap_[child]->at_ms) break;
    put(heap_[child], place);
    place = child;
  }
  put(moving, place);
}

void Deadlines::set(Deadline& deadline, std::int64_t at_ms) {
  deadline.at_ms = at_ms;
  if (deadline.place == Deadline::nowhere) {
    heap_.push_back(nullptr);
    put(&deadline, heap_.size() - 1);
  }
  rise(deadline.place);
  sink(deadline.place);
}

void Deadlines::remove(Deadline& deadline) {
  if (deadline.place == Deadline::nowhere) return;
  const std::size_t place = std::exchange(deadline.place, Deadline::nowhere);
  auto* last = heap_.back();
  heap_.pop_back();
  if (last == &deadline) return;
  put(last, place);
  rise(last->place);
  sink(last->place);
}

}  // namespace sluice::stream
