#include "fanout/mqtt_feed.h"

#include <mosquitto.h>

#include <cstdio>
#include <cstdlib>
#include <string>
#include <utility>

namespace sluice::bench {
namespace {

void require(int result, const char* what) {
  if (result == MOSQ_ERR_SUCCESS) return;
  std::fprintf(stderr, "mqtt: %s: %s\n", what, mosquitto_strerror(result));
  std::exit(69);
}

}  // namespace

MqttFeed::MqttFeed(int port, OnMessage on_message) : on_message_(std::move(on_message)) {
  mosquitto_lib_init();
  client_ = mosquitto_new(nullptr, true, this);
  if (client_ == nullptr) require(MOSQ_ERR_NOMEM, "new");
  mosquitto_connect_callback_set(client_, [](mosquitto* client, void*, int code) {
    if (code != 0) require(MOSQ_ERR_CONN_REFUSED, "connect");
    require(mosquitto_subscribe(client, nullptr, "bench/+", 0), "subscribe");
  });
  mosquitto_subscribe_callback_set(
      client_, [](mosquitto*, void* self, int, int, const int*) { static_cast<MqttFeed*>(self)->subscribed_ = true; });
  mosquitto_message_callback_set(client_, [](mosquitto*, void* self, const mosquitto_message* message) {
    auto* feed = static_cast<MqttFeed*>(self);
    ++feed->received_;
    const std::string_view topic = message->topic;
    feed->on_message_(topic.substr(topic.rfind('/') + 1),
                      {static_cast<const char*>(message->payload), static_cast<std::size_t>(message->payloadlen)});
  });
  require(mosquitto_connect(client_, "127.0.0.1", port, 60), "connect");
}

MqttFeed::~MqttFeed() {
  mosquitto_destroy(client_);
  mosquitto_lib_cleanup();
}

int MqttFeed::descriptor() const {
  return mosquitto_socket(client_);
}

void MqttFeed::read(int limit) {
  for (int taken = 0; taken < limit; ++taken) {
    const int before = received_;
    require(mosquitto_loop_read(client_, 1), "read");
    if (received_ == before) break;
  }
  if (mosquitto_want_write(client_)) require(mosquitto_loop_write(client_, 1), "write");
}

void MqttFeed::tend() {
  require(mosquitto_loop_misc(client_), "keepalive");
}

}  // namespace sluice::bench
