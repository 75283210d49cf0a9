#include "mqtt/mqtt_connector.h"

#include <fmt/format.h>
#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <random>
#include <system_error>
#include <unordered_set>
#include <vector>

#include "base/log.h"
#include "mqtt/backoff.h"
#include "mqtt/client.h"
#include "mqtt/wakeup.h"

namespace sluice::mqtt {
namespace {

using Steady = Client::Steady;

constexpr milliseconds sweep_every{250};
constexpr std::size_t events_at_once = 256;

}  // namespace

struct MqttConnector::State {
  explicit State(MqttOptions opts)
      : options(std::move(opts)), wakeup(std::make_shared<Wakeup>()), epoll(epoll_create1(EPOLL_CLOEXEC)) {
    if (epoll < 0) throw std::system_error(errno, std::generic_category(), "epoll_create1");
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;  // the wakeup
    epoll_ctl(epoll, EPOLL_CTL_ADD, wakeup->descriptor(), &event);
  }
  ~State() { close(epoll); }

  const MqttOptions options;
  std::shared_ptr<Wakeup> wakeup;
  int epoll;
  std::unordered_set<Link*> links;
  std::size_t attempts = 0;
  Steady::time_point next_sweep{};
  std::string error;
  std::random_device seeds;
};

class MqttConnector::Link final : public message::Connection, public Client::Listener {
 public:
  Link(State& connector, Identity identity, Events events)
      : connector_(connector), identity_(std::move(identity)), events_(std::move(events)), backoff_(connector.seeds()) {
    connector_.links.insert(this);
    connector_.next_sweep = {};
  }
  ~Link() override {
    end_attempt();
    connector_.links.erase(this);
  }

  bool is_up() const override { return client_ && client_->state() == Client::State::up; }

  bool send(const message::Publish& publish) override {
    if (!is_up()) return false;
    // What the socket did not take of earlier messages is the bound of the queue.
    if (client_->has_output()) client_->flush();
    if (!is_up() || client_->has_output() || !client_->publish(publish)) return false;
    client_->flush();
    watch();
    return true;
  }

  /// Connects when it is time, and keeps alive.
  void sweep(Steady::time_point now) {
    if (!client_) {
      if (now >= retry_at_ && connector_.attempts < attempts_at_once) connect();
      return;
    }
    // Still connecting, it has no descriptor to wait for; TLS may have read more than it handed out.
    if (!registered_ || client_->has_input()) turn();
    if (client_) client_->tick(now);
    settle();
  }

  void turn() {
    if (!client_) return;
    client_->turn();
    client_->flush();
    settle();
    // Only now: who hears a message may send, and the library must not be entered again from its own callback.
    for (const auto& message : std::exchange(arrived_, {})) events_.message(message);
  }

 private:
  void on_up(bool /*session_present*/) override {
    end_attempt();
    for (const auto& filter : identity_.subscriptions) {
      if (const auto asked = client_->subscribe(filter, 1, 0, true); !asked) log::error(asked.error().message);
    }
    up_since_ = Steady::now();
    came_up_ = true;
  }

  bool on_arrival(const Client::Arrival& arrival) override {
    if (events_.message) {
      arrived_.push_back({.topic = std::string(arrival.topic),
                          .payload = std::string(arrival.payload),
                          .time = {},
                          .qos = arrival.qos,
                          .retain = arrival.retain});
    }
    return true;
  }

  void on_subscribed(int /*packet_identifier*/, int reason) override {
    if (reason >= 0x80) log::warning(fmt::format("a subscription of '{}' is refused", identity_.client_id));
  }

  void on_sent(int /*packet_identifier*/, int /*reason*/) override {}

  void connect() {
    const Client::Identity identity{.client_id = identity_.client_id, .clean_start = true, .will = identity_.will};
    ++connector_.attempts;
    attempting_ = true;
    client_ = std::make_unique<Client>(connector_.options, identity, *this, connector_.wakeup);
    settle();
  }

  void end_attempt() {
    if (attempting_) --connector_.attempts;
    attempting_ = false;
  }

  /// What follows from the client's new state.
  void settle() {
    if (!client_) return;
    if (client_->state() == Client::State::over) {
      if (Steady::now() - up_since_ >= Backoff::longest && up_since_ != Steady::time_point{}) backoff_.reset();
      connector_.error = fmt::format("{}: {}", connector_.options.address(), client_->error());
      client_.reset();  // its descriptor leaves the epoll with it
      registered_ = false;
      end_attempt();
      up_since_ = {};
      retry_at_ = Steady::now() + backoff_.next();
      return;
    }
    watch();
    if (client_->has_input()) connector_.next_sweep = {};
    if (std::exchange(came_up_, false)) {
      connector_.error.clear();
      if (events_.up) events_.up();
    }
  }

  void watch() {
    const int descriptor = client_->descriptor();
    if (descriptor < 0) return;
    const bool output = client_->has_output();
    if (registered_ && output == watches_output_) return;
    epoll_event event{};
    event.events = EPOLLIN | (output ? EPOLLOUT : 0U);
    event.data.ptr = this;
    epoll_ctl(connector_.epoll, registered_ ? EPOLL_CTL_MOD : EPOLL_CTL_ADD, descriptor, &event);
    registered_ = true;
    watches_output_ = output;
  }

  State& connector_;
  const Identity identity_;
  const Events events_;
  Backoff backoff_;
  std::unique_ptr<Client> client_;  // none while waiting for the next attempt
  Steady::time_point retry_at_{};
  Steady::time_point up_since_{};
  std::vector<message::Message> arrived_;  // in this turn
  bool attempting_ = false;
  bool came_up_ = false;
  bool registered_ = false;
  bool watches_output_ = false;
};

MqttConnector::MqttConnector(MqttOptions options) : state_(std::make_unique<State>(std::move(options))) {}
MqttConnector::~MqttConnector() = default;

std::unique_ptr<message::Connection> MqttConnector::open(message::Connection::Identity identity,
                                                         message::Connection::Events events) {
  return std::make_unique<Link>(*state_, std::move(identity), std::move(events));
}

void MqttConnector::poll(milliseconds timeout) {
  auto& state = *state_;
  const auto now = Steady::now();
  const auto until_sweep = std::chrono::ceil<milliseconds>(state.next_sweep - now);
  const auto wait = std::clamp(std::min(timeout, until_sweep), milliseconds(0), sweep_every);
  std::array<epoll_event, events_at_once> events{};
  const int count =
      epoll_wait(state.epoll, events.data(), static_cast<int>(events.size()), static_cast<int>(wait.count()));
  for (int i = 0; i < count; ++i) {
    auto* link = static_cast<Link*>(events[static_cast<std::size_t>(i)].data.ptr);
    if (link == nullptr) {
      state.wakeup->rang();
      state.next_sweep = {};
    } else if (state.links.contains(link)) {  // an earlier one's event may have ended it
      link->turn();
    }
  }
  if (Steady::now() < state.next_sweep) return;
  state.next_sweep = Steady::now() + sweep_every;
  for (auto* link : std::vector<Link*>(state.links.begin(), state.links.end())) {
    if (state.links.contains(link)) link->sweep(Steady::now());
  }
}

std::string MqttConnector::error() const {
  return state_->error;
}

}  // namespace sluice::mqtt
