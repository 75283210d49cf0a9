#include "stream/poll_watch.h"

#include <algorithm>
#include <cassert>
#include <iterator>
#include <utility>

#include "base/json.h"
#include "stream/poll.h"
#include "stream/selection.h"
#include "stream/sse_form.h"
#include "stream/stream_metrics.h"

namespace sluice::stream {
namespace {

constexpr std::size_t events_a_read = 1024;

/// The stream as its poll sees it: what matters are the events of the poll.
std::shared_ptr<const event::StreamSpec> as_polled(const event::StreamSpec& stream) {
  auto spec = std::make_shared<event::StreamSpec>(stream);
  spec->events = polled(stream);
  return spec;
}

std::string key_of(const Request& request) {
  Value::List named{Value(static_cast<std::int64_t>(reinterpret_cast<std::intptr_t>(request.stream.get()))),
                    request.query, request.binding.name()};
  for (const auto& value : request.path_values) named.emplace_back(value);
  return to_json(Value(std::move(named)));
}

}  // namespace

/// Polls that wait for the same. The selection says for which events; nothing is put on its line.
struct PollWatch::Group final : Selection {
  Group(std::string name, const Request& request, const Hub& hub, std::shared_ptr<const Form> plain, Commons commons)
      : Selection(std::move(name), std::move(plain),
                  {{as_polled(*request.stream), request.query, request.path_values, request.binding}},
                  {&hub.metrics().clients(request.stream->name)}, 0, commons),
        declared(request.stream) {}

  const std::shared_ptr<const event::StreamSpec> declared;
  std::vector<Waiter*> waiters;
};

PollWatch::PollWatch(const Hub& hub)
    : hub_(hub),
      index_(hub.gap_type()),
      plain_(std::make_shared<const SseForm>(event::Frame::event, nullptr, 0)),
      rewritten_(0) {}

PollWatch::~PollWatch() {
  assert(groups_.empty() && over_.empty());
}

void PollWatch::add(Waiter& waiter, const Request& request, event::Sequence seen, std::int64_t until_ms) {
  assert(waiter.group == nullptr);
  if (groups_.empty()) {
    position_ = seen;
    version_ = hub_.version();
  }
  auto& group = group_of(request);
  waiter.cause = Cause::none;
  waiter.turn = 0;
  waiter.group = &group;
  waiter.place_in_group = static_cast<std::uint32_t>(group.waiters.size());
  waiter.by_right = request.by_right;
  group.waiters.push_back(&waiter);
  deadlines_.set(waiter, until_ms);
  // What came between his answer and now was looked at without him.
  if (hub_.find(request.stream->name) != request.stream) {
    end(waiter);
  } else if (seen < position_) {
    wake(waiter, Cause::news);
  }
}

PollWatch::Group& PollWatch::group_of(const Request& request) {
  auto key = key_of(request);
  auto& group = groups_[key];
  if (!group) {
    group = std::make_unique<Group>(std::move(key), request, hub_, plain_,
                                    Selection::Commons{hub_.gap_type(), no_bytes_, rewritten_});
    index_.add(group->interests().front());
  }
  return *group;
}

void PollWatch::drop(Group& group) {
  index_.remove(group.interests().front());
  groups_.erase(groups_.find(group.key));
}

void PollWatch::wake(Waiter& waiter, Cause cause) {
  auto& group = *waiter.group;
  auto* last = group.waiters.back();
  group.waiters[waiter.place_in_group] = last;
  last->place_in_group = waiter.place_in_group;
  group.waiters.pop_back();
  deadlines_.remove(waiter);
  waiter.group = nullptr;
  waiter.cause = cause;
  waiter.turn = next_turn_++;
  over_.push_back(&waiter);
  if (group.waiters.empty()) drop(group);
}

void PollWatch::wake(Group& group, Cause cause) {
  const auto turn = next_turn_++;
  for (auto* waiter : group.waiters) {
    deadlines_.remove(*waiter);
    waiter->group = nullptr;
    waiter->cause = cause;
    waiter->turn = turn;
    over_.push_back(waiter);
  }
  drop(group);
}

void PollWatch::end(Waiter& waiter) {
  if (waiter.group != nullptr) wake(waiter, Cause::ended);
}

void PollWatch::recheck() {
  std::vector<Waiter*> by_right;
  for (auto& [key, group] : groups_) {
    std::ranges::copy_if(group->waiters, std::back_inserter(by_right), &Waiter::by_right);
  }
  for (auto* waiter : by_right) wake(*waiter, Cause::ended);
}

void PollWatch::end_all() {
  while (!groups_.empty()) wake(*groups_.begin()->second, Cause::ended);
}

void PollWatch::advance() {
  if (groups_.empty()) return;
  if (version_ != hub_.version()) look_at_streams();
  look_at_log();
}

void PollWatch::look_at_streams() {
  version_ = hub_.version();
  for (auto& [key, group] : groups_) {
    if (hub_.find(group->declared->name) != group->declared) hits_.push_back(group.get());
  }
  for (auto* group : std::exchange(hits_, {})) wake(*group, Cause::ended);
}

void PollWatch::look_at_log() {
  const auto head = hub_.log().head();
  bool gone = false;  // retention was faster: anybody's may be among what is gone
  while (position_ < head) {
    hub_.log().read(position_, std::min<std::size_t>(events_a_read, head - position_), batch_);
    const auto oldest = batch_.empty() ? head + 1 : batch_.front()->sequence;
    if (oldest != position_ + 1) {
      gone = true;
      break;
    }
    for (const auto& event : batch_) {
      if (event->type == hub_.gap_type()) continue;  // a poll tells values, no gaps
      index_.each(*event, [&](Selection& selection, Parts) {
        if (!std::exchange(selection.hit, true)) hits_.push_back(&static_cast<Group&>(selection));
      });
    }
    position_ = batch_.back()->sequence;
  }
  batch_.clear();
  if (gone) {
    position_ = head;
    hits_.clear();
    for (auto& [key, group] : groups_) hits_.push_back(group.get());
  }
  for (auto* group : hits_) wake(*group, Cause::news);
  hits_.clear();
}

void PollWatch::tick(std::int64_t now_ms) {
  while (deadlines_.next() <= now_ms) wake(static_cast<Waiter&>(deadlines_.front()), Cause::time);
}

std::vector<PollWatch::Waiter*> PollWatch::take() {
  return std::exchange(over_, {});
}

}  // namespace sluice::stream
