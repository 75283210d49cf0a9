#include "stream/selection.h"

#include <algorithm>
#include <cassert>

#include "stream/client_cursor.h"

namespace sluice::stream {

Selection::Selection(std::string table_key, std::shared_ptr<const event::StreamSpec> stream, Value query_value,
                     std::vector<std::string> path, KeyBinding binding, event::TypeNumber gap_type,
                     event::Sequence position, std::uint64_t& recent_bytes_of_all, metrics::Gauge& clients_of_stream)
    : key(std::move(table_key)),
      spec(std::move(stream)),
      query(std::move(query_value)),
      path_values(std::move(path)),
      matcher(*spec, query, path_values, std::move(binding)),
      types_(spec->events),
      gap_type_(gap_type),
      recent_of_all_(recent_bytes_of_all),
      clients_of_stream_(clients_of_stream),
      recent_from_(position) {
  types_.push_back(gap_type);
  std::ranges::sort(types_);
  types_.erase(std::unique(types_.begin(), types_.end()), types_.end());
  carried_.resize(std::ranges::max(types_) + std::size_t{1});
  for (const auto type : types_) carried_[type] = true;
}

Selection::~Selection() {
  recent_of_all_ -= total_ - recent_start_;
}

bool Selection::carries(const event::Event& event) const {
  if (event.type >= carried_.size() || !carried_[event.type]) return false;
  // The path and the filter are about the stream's own events.
  return event.type == gap_type_ || matcher.matches(event);
}

void Selection::add(const event::EventPtr& event) {
  newest_ = event->sequence;
  const auto size = block(*event).size();
  if (size == 0) return;  // finished before some stream asked for this frame
  total_ += size;
  recent_of_all_ += size;
  recent_.push_back({event, total_});
}

std::size_t Selection::recent_at(std::uint64_t offset) const {
  const auto all = recent();
  return static_cast<std::size_t>(std::ranges::upper_bound(all, offset, {}, &Recent::end) - all.begin());
}

std::uint64_t Selection::offset_after(event::Sequence sequence) const {
  assert(sequence >= recent_from_);
  const auto all = recent();
  const auto next = std::ranges::upper_bound(all, sequence, {}, [](const Recent& one) { return one.event->sequence; });
  if (next == all.begin()) return recent_start_;
  return std::prev(next)->end;
}

void Selection::trim(std::uint64_t limit_bytes) {
  if (total_ - recent_start_ <= limit_bytes) return;
  auto drop = recent_begin_;
  auto start = recent_start_;
  while (drop < recent_.size() && total_ - start > limit_bytes) start = recent_[drop++].end;
  for (auto* client : clients_) client->leave_line_before(start);
  recent_from_ = recent_[drop - 1].event->sequence;
  recent_of_all_ -= start - recent_start_;
  recent_start_ = start;
  for (; recent_begin_ < drop; ++recent_begin_) recent_[recent_begin_].event.reset();
  if (recent_begin_ * 2 >= recent_.size()) {
    recent_.erase(recent_.begin(), recent_.begin() + static_cast<std::ptrdiff_t>(recent_begin_));
    recent_begin_ = 0;
  }
}

void Selection::forget_recent(event::Sequence from) {
  constexpr std::size_t worth_keeping = 64;
  recent_.clear();
  if (recent_.capacity() > worth_keeping) recent_.shrink_to_fit();
  recent_begin_ = 0;
  recent_of_all_ -= total_ - recent_start_;
  recent_start_ = total_;
  recent_from_ = from;
}

void Selection::attach(ClientCursor& cursor) {
  cursor.place_in_selection = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back(&cursor);
  clients_of_stream_.add(1);
}

void Selection::detach(ClientCursor& cursor) {
  auto* last = clients_.back();
  clients_[cursor.place_in_selection] = last;
  last->place_in_selection = cursor.place_in_selection;
  clients_.pop_back();
  clients_of_stream_.add(-1);
}

void Selection::became_idle() {
  assert(behind_ > 0);
  if (--behind_ == 0) forget_recent(std::max(recent_from_, newest_));
}

void Selection::keep(const std::shared_ptr<const Snapshot>& snapshot, std::uint64_t version) {
  snapshot_ = snapshot;
  snapshot_version_ = version;
}

}  // namespace sluice::stream
