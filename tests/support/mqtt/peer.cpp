#include "support/mqtt/peer.h"

#include <mosquitto.h>

#include <stdexcept>

#include "support/mqtt/broker.h"

namespace sluice::test {

struct Peer::Callbacks {
  static Peer& peer(void* object) { return *static_cast<Peer*>(object); }
  static void connect(mosquitto* /*handle*/, void* object, int code) { peer(object).connected_ += code == 0 ? 1 : 0; }
  static void publish(mosquitto* /*handle*/, void* object, int /*mid*/) { ++peer(object).acknowledged_; }
  static void subscribe(mosquitto* /*handle*/, void* object, int /*mid*/, int /*count*/, const int* /*granted*/) {
    ++peer(object).granted_;
  }
  static void message(mosquitto* /*handle*/, void* object, const mosquitto_message* message) {
    const auto length = static_cast<std::size_t>(message->payloadlen);
    peer(object).heard_.push_back(
        {message->topic, {static_cast<const char*>(message->payload), length}, message->qos, message->retain});
  }
};

Peer::Peer(std::uint16_t port, const std::string& client_id) {
  mosquitto_lib_init();
  handle_ = mosquitto_new(client_id.c_str(), true, this);
  mosquitto_connect_callback_set(handle_, Callbacks::connect);
  mosquitto_publish_callback_set(handle_, Callbacks::publish);
  mosquitto_subscribe_callback_set(handle_, Callbacks::subscribe);
  mosquitto_message_callback_set(handle_, Callbacks::message);
  if (mosquitto_connect(handle_, "127.0.0.1", port, 60) != MOSQ_ERR_SUCCESS) throw std::runtime_error("no broker");
  wait(connected_);
}

Peer::~Peer() {
  mosquitto_disconnect(handle_);
  mosquitto_destroy(handle_);
}

void Peer::turn() {
  mosquitto_loop(handle_, 10, 1);
}

void Peer::wait(int& counter) {
  const int before = counter;
  if (!eventually([&] { return counter > before; }, [this] { turn(); })) throw std::runtime_error("no answer");
}

void Peer::publish(const std::string& topic, const std::string& payload, int qos, bool retain) {
  mosquitto_publish(handle_, nullptr, topic.c_str(), static_cast<int>(payload.size()), payload.data(), qos, retain);
  if (qos > 0) wait(acknowledged_);
}

void Peer::subscribe(const std::string& filter) {
  mosquitto_subscribe(handle_, nullptr, filter.c_str(), 1);
  wait(granted_);
}

}  // namespace sluice::test
