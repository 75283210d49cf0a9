#include "app/replay_broker.h"

#include <utility>

namespace sluice::app {

ReplayBroker::ReplayBroker(message::MessageSource& capture, std::string name)
    : capture_(capture), name_(std::move(name)) {}

void ReplayBroker::poll(milliseconds timeout, const Receive& receive) {
  capture_.poll(timeout, [&](message::Message&& message) {
    ++stats_.messages;
    stats_.payload_bytes += message.payload.size();
    receive(std::move(message));
  });
}

void ReplayBroker::send(const message::Publish&, Done done) {
  ++stats_.publish_errors;
  done(unexpected("a replay sends nothing to a broker"));
}

mqtt::MqttStatus ReplayBroker::status() const {
  return {.connected = true, .since = {}, .address = name_, .error = {}};
}

}  // namespace sluice::app
