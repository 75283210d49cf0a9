#include "simulator/local_broker.h"

#include <algorithm>
#include <chrono>
#include <deque>
#include <optional>
#include <unordered_set>
#include <utility>

namespace sluice::simulator {

struct LocalBroker::State {
  bool wanted(std::string_view topic) const {
    std::vector<std::string_view> captures;
    return std::any_of(filters.begin(), filters.end(),
                       [&](const message::TopicFilter& filter) { return filter.match(topic, captures); });
  }

  bool take_in(const message::Publish& publish) {
    if (waiting.size() >= most_waiting) return false;
    if (publish.retain && !retain(publish)) return false;
    if (wanted(publish.topic)) {
      waiting.push_back({.topic = publish.topic, .payload = publish.payload, .qos = publish.qos});
    }
    return true;
  }

  /// MQTT 5, 3.3.1.3: the newest of its topic; an empty one removes it.
  bool retain(const message::Publish& publish) {
    if (publish.payload.empty()) {
      retained.erase(publish.topic);
      return true;
    }
    if (retained.size() >= most_retained && !retained.contains(publish.topic)) return false;
    retained[publish.topic] = publish;
    return true;
  }

  std::vector<message::TopicFilter> filters;
  std::deque<message::Message> waiting;
  std::map<std::string, message::Publish> retained;
  std::unordered_set<Link*> links;
  std::vector<Link*> opened;  // whose devices do not know yet
  std::mutex mutex;           // of what follows
  std::condition_variable rung;
  bool woken = false;
};

class LocalBroker::Link final : public message::Connection {
 public:
  Link(State& broker, Identity identity, Events what) : events(std::move(what)), broker_(broker), will_(identity.will) {
    for (const auto& text : identity.subscriptions) {
      if (auto filter = message::TopicFilter::parse(text)) filters.push_back(std::move(*filter));
    }
    broker_.links.insert(this);
    broker_.opened.push_back(this);
  }
  ~Link() override {
    broker_.links.erase(this);
    std::erase(broker_.opened, this);
    if (will_ && up) broker_.take_in(*will_);
  }
  bool is_up() const override { return up; }
  bool send(const message::Publish& publish) override { return up && broker_.take_in(publish); }

  const Events events;
  std::vector<message::TopicFilter> filters;
  bool up = false;

 private:
  State& broker_;
  const std::optional<message::Publish> will_;
};

LocalBroker::LocalBroker() : state_(std::make_unique<State>()) {}
LocalBroker::~LocalBroker() = default;

std::unique_ptr<message::Connection> LocalBroker::open(message::Connection::Identity identity,
                                                       message::Connection::Events events) {
  return std::make_unique<Link>(*state_, std::move(identity), std::move(events));
}

void LocalBroker::poll(milliseconds timeout) {
  auto& state = *state_;
  for (auto* link : std::exchange(state.opened, {})) {
    link->up = true;
    if (link->events.up) link->events.up();
  }
  std::unique_lock lock(state.mutex);
  if (state.waiting.empty()) state.rung.wait_for(lock, timeout, [&] { return state.woken; });
  state.woken = false;
}

void LocalBroker::subscribe(const std::vector<std::string>& filters) {
  auto& state = *state_;
  const auto before = std::exchange(state.filters, {});
  for (const auto& text : filters) {
    if (auto filter = message::TopicFilter::parse(text)) state.filters.push_back(std::move(*filter));
  }
  std::vector<std::string_view> captures;
  for (const auto& one : state.retained) {
    const auto& topic = one.first;
    const auto known =
        std::any_of(before.begin(), before.end(), [&](const auto& filter) { return filter.match(topic, captures); });
    if (known || !state.wanted(topic) || state.waiting.size() >= most_waiting) continue;
    const auto& publish = one.second;
    state.waiting.push_back({.topic = topic, .payload = publish.payload, .qos = publish.qos, .retain = true});
  }
}

void LocalBroker::take(std::size_t most, const std::function<void(message::Message&&)>& receive) {
  auto& waiting = state_->waiting;
  for (; most > 0 && !waiting.empty(); --most) {
    auto message = std::move(waiting.front());
    waiting.pop_front();
    receive(std::move(message));
  }
}

std::size_t LocalBroker::waiting() const {
  return state_->waiting.size();
}

void LocalBroker::publish(const message::Publish& publish) {
  auto& state = *state_;
  std::vector<std::string_view> captures;
  std::vector<Link*> hearers;
  for (auto* link : state.links) {
    const auto hears = [&](const message::TopicFilter& filter) { return filter.match(publish.topic, captures); };
    if (link->up && std::any_of(link->filters.begin(), link->filters.end(), hears)) hearers.push_back(link);
  }
  for (auto* link : hearers) {
    if (link->events.message) {
      link->events.message({.topic = publish.topic, .payload = publish.payload, .qos = publish.qos});
    }
  }
}

void LocalBroker::wake() {
  {
    const std::lock_guard lock(state_->mutex);
    state_->woken = true;
  }
  state_->rung.notify_one();
}

}  // namespace sluice::simulator
