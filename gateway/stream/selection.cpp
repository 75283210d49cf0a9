#include "stream/selection.h"

#include <algorithm>
#include <cassert>

#include "stream/client_cursor.h"

namespace sluice::stream {
namespace {

/// All types of the lists, sorted, each once.
std::vector<event::TypeNumber> united(const std::list<Interest>& interests,
                                      const std::vector<event::TypeNumber>& (*list)(const Interest&)) {
  std::vector<event::TypeNumber> all;
  for (const auto& interest : interests) {
    const auto& more = list(interest);
    all.insert(all.end(), more.begin(), more.end());
  }
  std::ranges::sort(all);
  all.erase(std::unique(all.begin(), all.end()), all.end());
  return all;
}

bool has(const std::vector<event::TypeNumber>& types, event::TypeNumber type) {
  return std::ranges::find(types, type) != types.end();
}

bool thins(const event::StreamSpec& spec, event::TypeNumber type) {
  return spec.resume_latest || has(spec.resume_latest_of, type);
}

/// To lose the connection is to lose no event; a gap says how many are lost, what is conflated away nobody tells.
event::Overflow stricter(event::Overflow one, event::Overflow other) {
  if (one == other) return one;
  const bool disconnects = one == event::Overflow::disconnect || other == event::Overflow::disconnect;
  return disconnects ? event::Overflow::disconnect : event::Overflow::drop;
}

}  // namespace

Selection::Selection(std::string table_key, std::shared_ptr<const Form> its_form, std::vector<Wish> wishes,
                     const std::vector<metrics::Gauge*>& clients, event::Sequence position, Commons commons)
    : frame_(its_form->frame()),
      rewrites_(its_form->rewrites()),
      several_(wishes.size() > 1),
      recent_from_(position),
      key(std::move(table_key)),
      form(std::move(its_form)),
      commons_(commons) {
  assert(!wishes.empty() && wishes.size() <= most_joined && wishes.size() == clients.size());
  for (std::size_t part = 0; part < wishes.size(); ++part) {
    interests_.emplace_back(*this, part, std::move(wishes[part]), commons_.gap_type, *clients[part]);
  }
  types_ = united(
      interests_, [](const auto& interest) -> const auto& { return interest.types(); });
  shown_types_ = united(
      interests_, [](const auto& interest) -> const auto& { return interest.spec->on_connect; });
  read_terms();
}

Selection::~Selection() {
  commons_.recent_bytes -= total_ - recent_start_;
}

void Selection::read_terms() {
  const auto& first = *interests_.front().spec;
  terms_.heartbeat = first.heartbeat;
  if (interests_.size() == 1) terms_.heartbeat_event = first.heartbeat_event;
  terms_.overflow = first.overflow;
  for (const auto& interest : interests_) {
    const auto& spec = *interest.spec;
    terms_.heartbeat = std::min(terms_.heartbeat, spec.heartbeat);
    if (spec.max_age) terms_.max_age = std::min(*spec.max_age, terms_.max_age.value_or(*spec.max_age));
    terms_.overflow = stricter(terms_.overflow, spec.overflow);
    terms_.ages = terms_.ages || spec.ages;
  }
  for (const auto type : types_) {
    const auto keeps_all = [&](const auto& interest) {
      return has(interest.types(), type) && !thins(*interest.spec, type);
    };
    if (type != commons_.gap_type && std::ranges::none_of(interests_, keeps_all)) terms_.thinned.push_back(type);
  }
}

Parts Selection::carriers(const event::Event& event) const {
  Parts parts = 0;
  for (const auto& interest : interests_) {
    if (interest.carries(event)) parts |= interest.bit();
  }
  return parts;
}

event::EventPtr Selection::as_sent(const event::EventPtr& event, Parts parts) const {
  return rewrites_ ? commons_.rewritten.get(*event, *form, parts) : event;
}

event::EventPtr Selection::as_sent(event::EventPtr&& event) const {
  if (!rewrites_ && block(*event).empty()) return nullptr;
  const auto parts = carriers(*event);
  if (parts == 0) return nullptr;
  if (!rewrites_) return std::move(event);
  auto sent = as_sent(event, parts);
  if (block(*sent).empty()) return nullptr;
  return sent;
}

void Selection::put(const event::EventPtr& event) {
  const auto size = block(*event).size();
  if (size == 0) return;  // finished before some stream asked for this frame
  total_ += size;
  commons_.recent_bytes += size;
  if (form->coding != nullptr) total_text_.add(text(*event));
  recent_.push_back({event, total_});
}

TextSum Selection::text_up_to(std::uint64_t offset) const {
  if (offset == total_) return total_text_;
  auto sum = start_text_;
  for (const auto& [event, end] : recent()) {
    if (end > offset) break;
    sum.add(text(*event));
  }
  return sum;
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
  commons_.recent_bytes -= start - recent_start_;
  if (form->coding != nullptr) start_text_ = text_up_to(start);
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
  commons_.recent_bytes -= total_ - recent_start_;
  recent_start_ = total_;
  start_text_ = total_text_;
  recent_from_ = from;
}

void Selection::attach(ClientCursor& cursor) {
  cursor.place_in_selection = static_cast<std::uint32_t>(clients_.size());
  clients_.push_back(&cursor);
  for (const auto& interest : interests_) interest.clients.add(1);
}

void Selection::detach(ClientCursor& cursor) {
  auto* last = clients_.back();
  clients_[cursor.place_in_selection] = last;
  last->place_in_selection = cursor.place_in_selection;
  clients_.pop_back();
  for (const auto& interest : interests_) interest.clients.add(-1);
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
