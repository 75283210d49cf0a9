#include "mqtt/mqtt_source.h"

#include <fmt/format.h>
#include <poll.h>

#include <algorithm>
#include <mutex>
#include <optional>
#include <random>
#include <unordered_map>
#include <utility>

#include "base/log.h"
#include "base/text.h"
#include "mqtt/backoff.h"
#include "mqtt/client.h"
#include "mqtt/property_list.h"
#include "mqtt/reason.h"
#include "mqtt/redelivery.h"
#include "mqtt/subscriptions.h"
#include "mqtt/wakeup.h"

namespace sluice::mqtt {
namespace {

using Steady = Client::Steady;

constexpr auto relaxed = std::memory_order_relaxed;
// After the last step of a change of filters: by then the broker has sent what it had queued before, and a connection
// that lost an UNSUBSCRIBE has broken.
constexpr std::chrono::seconds settling{60};
constexpr std::chrono::seconds steady_link{30};  // a connection that held so long was no failed attempt

void count(MqttStats::Count& counter, std::uint64_t by = 1) {
  counter.store(counter.load(relaxed) + by, relaxed);  // one writer
}

}  // namespace

struct MqttSource::State final : Client::Listener {
  State(MqttOptions opts, const Clock& time)
      : options(std::move(opts)),
        clock(time),
        wakeup(std::make_shared<Wakeup>()),
        redelivery(options.receive_maximum),
        backoff(std::random_device()()),
        link_since(clock.now()) {
    status.since = link_since;
    status.address = options.address();
  }

  // Client::Listener
  void on_up(bool session_present) override;
  bool on_arrival(const Client::Arrival& arrival) override;
  void on_subscribed(int packet_identifier, int reason) override;
  void on_sent(int packet_identifier, int reason) override;

  void connect();
  void look_at_client();
  void lose(std::string error, bool closed_by_broker);
  void subscribe_missing();
  void change_subscriptions();
  void settle();
  void expire_publishes(Steady::time_point now);
  void fail_publishes(const std::string& error);
  void finish(Done done, Expected<void> result);
  void run_finished();
  void flush();
  bool wait(Steady::time_point until);
  void tell(bool connected, const std::string& error);

  const MqttOptions options;
  const Clock& clock;
  std::shared_ptr<Wakeup> wakeup;
  MqttStats stats;
  Subscriptions subscriptions;
  Redelivery redelivery;
  Backoff backoff;

  std::unique_ptr<Client> client;  // none while waiting for the next attempt
  Steady::time_point retry_at{};
  Steady::time_point up_since{};
  bool up = false;
  int short_links = 0;  // in a row, each closed by the broker soon
  Timestamp link_since;
  bool link_changed = false;      // since poll() began
  bool session_expected = false;  // a session was made by this process
  bool session_lost = false;

  Tap tap;
  std::vector<message::Message> batch;
  std::size_t batch_bytes = 0;
  bool unacknowledged = false;  // handed out and not yet acknowledge()d: nothing may be written

  std::vector<std::pair<int, std::uint32_t>> asked;  // SUBSCRIBEs under way: packet identifier, filter's identifier
  Steady::time_point settled_at{};                   // when a change of the filters is over

  struct UnderWay {
    Done done;
    Steady::time_point deadline;
  };
  std::unordered_map<int, UnderWay> publishes;  // by packet identifier
  std::vector<std::pair<Done, Expected<void>>> finished;

  mutable std::mutex status_mutex;  // guards status
  MqttStatus status;
};

void MqttSource::State::on_up(bool session_present) {
  count(stats.connections);
  up = link_changed = true;
  up_since = Steady::now();
  link_since = clock.now();
  if (session_expected && !session_present) {
    session_lost = true;
    count(stats.sessions_lost);
    log::warning(fmt::format("{} has lost the session: messages may be missing", options.address()));
  }
  session_expected = true;
  redelivery.connected(session_present);
  subscriptions.connected(session_present);
  tell(true, "");
  log::note(fmt::format("connected to {} as '{}'{}", options.address(), options.client_id,
                        session_present ? ", going on with the session" : ""));
  asked.clear();
  change_subscriptions();
}

// First what is new, then, once that is in force, what is gone.
void MqttSource::State::change_subscriptions() {
  subscribe_missing();
  if (!subscriptions.unsettled()) return;
  for (const auto& filter : subscriptions.end_leaving()) client->unsubscribe(filter);
  settled_at = Steady::now() + settling;
}

void MqttSource::State::subscribe_missing() {
  for (const auto& filter : subscriptions.filters()) {
    const bool under_way =
        std::any_of(asked.begin(), asked.end(), [&](const auto& ask) { return ask.second == filter.identifier; });
    // MQTT 3.1.1 has no Retain Handling: subscribing again would bring all retained messages again.
    if (under_way || filter.in_force || filter.refused || filter.leaving) continue;
    const bool retained = !filter.granted_before && !options.latest_restored;
    const auto packet = client->subscribe(filter.text, 1, filter.identifier, retained);
    if (packet) {
      asked.emplace_back(*packet, filter.identifier);
    } else {
      count(stats.filters_refused);
      log::error(packet.error().message);
    }
  }
}

void MqttSource::State::on_subscribed(int packet_identifier, int reason) {
  const auto ask =
      std::find_if(asked.begin(), asked.end(), [&](const auto& pair) { return pair.first == packet_identifier; });
  if (ask == asked.end()) return;
  const auto identifier = ask->second;
  asked.erase(ask);
  if (reason < 0x80) {
    subscriptions.granted(identifier);
    return change_subscriptions();
  }
  subscriptions.refused(identifier);
  count(stats.filters_refused);
  for (const auto& filter : subscriptions.filters()) {
    if (filter.identifier != identifier) continue;
    const auto error = fmt::format("{} refused the subscription '{}': {}", options.address(), excerpt(filter.text),
                                   reason_text(reason, options.client_id));
    tell(true, error);
    log::error(error);
  }
}

bool MqttSource::State::on_arrival(const Client::Arrival& arrival) {
  const bool repeated =
      arrival.qos > 0 && redelivery.repeated(arrival.packet_identifier, arrival.topic, arrival.payload);
  if (repeated) {
    count(stats.redelivered);
  } else if (!message::is_topic_name(arrival.topic)) {
    count(stats.malformed);
  } else if (!subscriptions.takes({.topic = arrival.topic,
                                   .identifiers = arrival.subscription_identifiers,
                                   .payload = arrival.payload,
                                   .retain = arrival.retain})) {
    count(stats.copies);
  } else if (arrival.payload.size() > options.payload_bytes) {
    count(stats.oversize);
  } else {
    count(stats.messages);
    count(stats.payload_bytes, arrival.payload.size());
    batch_bytes += arrival.payload.size();
    batch.push_back({.topic = std::string(arrival.topic),
                     .payload = std::string(arrival.payload),
                     .time = clock.now(),
                     .qos = arrival.qos,
                     .retain = arrival.retain});
    if (tap) tap(batch.back(), read_properties(arrival.properties));
  }
  return batch.size() < MqttSource::batch_messages && batch_bytes < MqttSource::batch_bytes;
}

void MqttSource::State::on_sent(int packet_identifier, int reason) {
  const auto found = publishes.find(packet_identifier);
  if (found == publishes.end()) return;  // it came after its 5 s
  auto done = std::move(found->second.done);
  publishes.erase(found);
  if (reason < 0x80) return finish(std::move(done), {});
  finish(std::move(done), unexpected(fmt::format("the broker refused it: {}", reason_text(reason, options.client_id))));
}

void MqttSource::State::connect() {
  const Client::Identity identity{.client_id = options.client_id, .clean_start = false, .will = std::nullopt};
  client = std::make_unique<Client>(options, identity, *this, wakeup);
}

void MqttSource::State::look_at_client() {
  if (client && client->state() == Client::State::over) {
    const auto error = client->error();
    const bool closed = client->closed_by_broker();
    client.reset();
    lose(error, closed);
  }
}

void MqttSource::State::lose(std::string error, bool closed_by_broker) {
  const auto now = Steady::now();
  const bool was_up = std::exchange(up, false);
  // Before 2.0.15, mosquitto throws a client out for another of its id without a DISCONNECT. A broker that takes us
  // in each time and soon closes again does just that; one that restarts also refuses connections meanwhile.
  short_links = was_up && closed_by_broker && now - up_since < steady_link ? short_links + 1 : 0;
  if (short_links >= 2) error += fmt::format(": perhaps another client uses this id '{}'", options.client_id);
  if (was_up) {
    link_changed = true;
    link_since = clock.now();
    if (now - up_since >= steady_link) backoff.reset();
  }
  // MQTT 5, 4.4: what this connection still had to acknowledge comes again on the next one.
  unacknowledged = false;
  const auto wait_for = backoff.next();
  retry_at = now + wait_for;
  count(stats.connection_errors);
  const auto text = fmt::format("{}: {}", options.address(), error);
  if (was_up || text != status.error) {
    log::warning(fmt::format("{}; next attempt in {:.1f} s", text, static_cast<double>(wait_for.count()) / 1000));
  }
  tell(false, text);
  fail_publishes("the connection to the broker broke before its acknowledgement");
}

void MqttSource::State::tell(bool connected, const std::string& error) {
  const std::lock_guard lock(status_mutex);
  status.connected = connected;
  status.since = link_since;
  if (!error.empty()) status.error = error;
}

void MqttSource::State::finish(Done done, Expected<void> result) {
  count(result ? stats.published : stats.publish_errors);
  finished.emplace_back(std::move(done), std::move(result));
}

void MqttSource::State::run_finished() {
  // A `done` may send(), which finishes more.
  while (!finished.empty()) {
    const auto now = std::exchange(finished, {});
    for (const auto& [done, result] : now) done(result);
  }
}

void MqttSource::State::settle() {
  if (subscriptions.unsettled() && up && subscriptions.may_settle() && Steady::now() >= settled_at) {
    subscriptions.settle();
  }
}

void MqttSource::State::expire_publishes(Steady::time_point now) {
  for (auto it = publishes.begin(); it != publishes.end();) {
    if (now < it->second.deadline) {
      ++it;
      continue;
    }
    finish(std::move(it->second.done),
           unexpected(fmt::format("no acknowledgement by the broker within {} s", publish_patience.count() / 1000)));
    it = publishes.erase(it);
  }
}

void MqttSource::State::fail_publishes(const std::string& error) {
  for (auto& [packet, under_way] : std::exchange(publishes, {})) finish(std::move(under_way.done), unexpected(error));
}

void MqttSource::State::flush() {
  if (client && !unacknowledged) client->flush();
}

// True when somebody rang.
bool MqttSource::State::wait(Steady::time_point until) {
  if (client && client->has_input()) return false;
  until = std::min(until, client ? client->next_tick() : retry_at);
  const auto left = std::chrono::ceil<milliseconds>(until - Steady::now());
  pollfd ready[2] = {{wakeup->descriptor(), POLLIN, 0}, {client ? client->descriptor() : -1, POLLIN, 0}};
  if (client && !unacknowledged && client->has_output()) ready[1].events |= POLLOUT;
  ::poll(ready, 2, static_cast<int>(std::max(left, milliseconds(0)).count()));
  return (ready[0].revents & POLLIN) != 0 && wakeup->rang();
}

MqttSource::MqttSource(MqttOptions options, const Clock& clock)
    : state_(std::make_unique<State>(std::move(options), clock)) {}

MqttSource::~MqttSource() {
  // What is not acknowledged shall come again: then nothing more is written, not even the goodbye.
  if (!state_->client || state_->unacknowledged) return;
  state_->client->disconnect();
  state_->client->flush();
}

void MqttSource::subscribe(std::vector<std::string> filters) {
  state_->subscriptions.set(std::move(filters));
  if (!state_->up) return;
  state_->change_subscriptions();
  state_->flush();
}

void MqttSource::set_tap(Tap tap) {
  state_->tap = std::move(tap);
}

void MqttSource::poll(milliseconds timeout, const Receive& receive) {
  auto& state = *state_;
  const auto until = Steady::now() + std::min(timeout, milliseconds(3'600'000));
  bool woken = false;
  state.link_changed = false;
  do {
    if (!state.client && Steady::now() >= state.retry_at) state.connect();
    state.look_at_client();
    woken = state.wait(until);
    if (state.client) {
      state.client->turn();
      state.client->tick(Steady::now());
      state.expire_publishes(Steady::now());
      state.settle();
    }
    state.look_at_client();
    if (!state.batch.empty()) break;
    state.flush();
  } while (!woken && !state.link_changed && state.finished.empty() && Steady::now() < until);

  if (!state.batch.empty()) {
    state.unacknowledged = state.client != nullptr;
    for (auto& message : state.batch) receive(std::move(message));
    state.batch.clear();
    state.batch_bytes = 0;
  }
  state.run_finished();
}

void MqttSource::acknowledge() {
  state_->unacknowledged = false;
  state_->flush();
  state_->run_finished();
}

void MqttSource::wake() {
  state_->wakeup->ring();
}

message::MessageSource::Link MqttSource::link() {
  return {state_->up, state_->link_since, std::exchange(state_->session_lost, false)};
}

void MqttSource::send(const message::Publish& publish, Done done) {
  send(publish, nullptr, std::move(done));
}

void MqttSource::send(const message::Publish& publish, const message::Properties* properties, Done done) {
  auto& state = *state_;
  const auto fail = [&](std::string error) { state.finish(std::move(done), unexpected(std::move(error))); };
  if (!state.up) {
    fail("the broker is not connected");
  } else if (state.publishes.size() >= publishes_under_way) {
    fail(fmt::format("{} publishes wait for the broker already", publishes_under_way));
  } else if (auto packet = state.client->publish(publish, properties); !packet) {
    fail(packet.error().message);
  } else {
    state.publishes[*packet] = {std::move(done), Steady::now() + publish_patience};
    state.flush();
  }
  state.run_finished();
}

const MqttStats& MqttSource::stats() const {
  return state_->stats;
}

MqttStatus MqttSource::status() const {
  const std::lock_guard lock(state_->status_mutex);
  return state_->status;
}

}  // namespace sluice::mqtt
