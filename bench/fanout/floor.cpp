// The floor: a bare epoll server behind an MQTT subscription, the measure that every other peer is divided by.
#include <chrono>
#include <cstdio>

#include "fanout/floor_server.h"
#include "fanout/mqtt_feed.h"
#include "fanout/options.h"

int main(int argc, char** argv) {
  using namespace sluice::bench;
  const Options options(argc, argv, {{"port", "0"}, {"mqtt", "1883"}, {"window-ms", "0"}, {"send-each", "0"}});
  FloorServer server({.port = static_cast<int>(options.number("port")),
                      .window = std::chrono::milliseconds(options.number("window-ms")),
                      .send_each = options.number("send-each") != 0});
  MqttFeed feed(static_cast<int>(options.number("mqtt")),
                [&](std::string_view key, std::string_view payload) { server.publish(key, payload); });
  while (!feed.subscribed()) feed.read(1), feed.tend();
  std::fprintf(stderr, "ready\n");
  auto next_tend = std::chrono::steady_clock::now();
  for (;;) {
    if (server.turn(feed.descriptor())) feed.read(200);
    if (const auto now = std::chrono::steady_clock::now(); now >= next_tend) {
      feed.tend();
      next_tend = now + std::chrono::seconds(1);
    }
  }
}
