#include "app/fleet_broker.h"

#include <mutex>
#include <utility>

#include "simulator/local_broker.h"

namespace sluice::app {
namespace {

constexpr milliseconds counts_every{250};

}  // namespace

struct FleetBroker::State {
  explicit State(const Clock& time) : clock(time), since(time.now()) {}

  const Clock& clock;
  const Timestamp since;
  mqtt::MqttStats stats;
  simulator::LocalBroker local;
  std::unique_ptr<simulator::Fleet> fleet;
  Timestamp counted_at{};
  mutable std::mutex mutex;  // of what follows
  simulator::Fleet::Counts counts;
};

Expected<std::unique_ptr<FleetBroker>> FleetBroker::make(const simulator::FleetOptions& options, const Clock& clock) {
  auto state = std::make_unique<State>(clock);
  auto fleet = simulator::Fleet::make(options, state->local, clock);
  if (!fleet) return tl::unexpected(fleet.error());
  state->fleet = std::move(*fleet);
  state->stats.connections = 1;
  return std::unique_ptr<FleetBroker>(new FleetBroker(std::move(state)));
}

FleetBroker::FleetBroker(std::unique_ptr<State> state) : state_(std::move(state)) {}
FleetBroker::~FleetBroker() = default;

void FleetBroker::subscribe(std::vector<std::string> filters) {
  state_->local.subscribe(filters);
}

void FleetBroker::poll(milliseconds timeout, const Receive& receive) {
  auto& state = *state_;
  if (state.local.waiting() == 0) state.fleet->turn(timeout);
  state.local.take(batch_messages, [&](message::Message&& message) {
    ++state.stats.messages;
    state.stats.payload_bytes += message.payload.size();
    receive(std::move(message));
  });
  const auto now = state.clock.now();
  if (now - state.counted_at < counts_every) return;
  state.counted_at = now;
  const auto counts = state.fleet->counts();
  const std::lock_guard lock(state.mutex);
  state.counts = counts;
}

void FleetBroker::wake() {
  state_->local.wake();
}

message::MessageSource::Link FleetBroker::link() {
  return {.connected = true, .since = state_->since};
}

void FleetBroker::send(const message::Publish& publish, Done done) {
  state_->local.publish(publish);
  ++state_->stats.published;
  done({});
}

const mqtt::MqttStats& FleetBroker::stats() const {
  return state_->stats;
}

mqtt::MqttStatus FleetBroker::status() const {
  return {.connected = true, .since = state_->since, .address = "simulated devices", .error = {}};
}

simulator::Fleet::Counts FleetBroker::counts() const {
  const std::lock_guard lock(state_->mutex);
  return state_->counts;
}

}  // namespace sluice::app
