// The feeder of nchan: each MQTT message becomes one POST on one kept-alive, pipelined connection, so that order holds.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>

#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <string>
#include <string_view>

#include "fanout/mqtt_feed.h"
#include "fanout/options.h"

namespace {

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(69);
}

int connect_to(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("feeder: connect");
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  return descriptor;
}

/// Every answer must be a 2xx: a lost POST would look like a loss of nchan's.
void check_answers(std::string_view bytes) {
  for (std::size_t at = bytes.find("HTTP/1.1 "); at != std::string_view::npos; at = bytes.find("HTTP/1.1 ", at + 9)) {
    if (at + 9 < bytes.size() && bytes[at + 9] != '2') {
      std::fprintf(stderr, "feeder: nchan answered '%.*s'\n", 40, std::string(bytes.substr(at, 40)).c_str());
      std::exit(1);
    }
  }
}

}  // namespace

int main(int argc, char** argv) {
  using namespace sluice::bench;
  const Options options(argc, argv, {{"mqtt", "1883"}, {"http", "80"}, {"by-key", "0"}});
  const bool by_key = options.number("by-key") != 0;
  const int http = connect_to(static_cast<int>(options.number("http")));
  std::string requests;
  MqttFeed feed(static_cast<int>(options.number("mqtt")), [&](std::string_view key, std::string_view payload) {
    requests.append("POST /pub?key=")
        .append(by_key ? key : "all")
        .append(" HTTP/1.1\r\nHost: bench\r\nContent-Length: ");
    requests.append(std::to_string(payload.size())).append("\r\n\r\n").append(payload);
  });
  std::array<pollfd, 2> sockets{{{feed.descriptor(), POLLIN, 0}, {http, POLLIN, 0}}};
  std::array<char, 65536> answers{};
  bool announced = false;
  for (;;) {
    sockets[1].events = static_cast<short>(requests.empty() ? POLLIN : POLLIN | POLLOUT);
    if (poll(sockets.data(), sockets.size(), 1000) == 0) feed.tend();
    if ((sockets[0].revents & POLLIN) != 0) feed.read(200);
    if ((sockets[1].revents & (POLLIN | POLLHUP | POLLERR)) != 0) {
      const ssize_t size = recv(http, answers.data(), answers.size(), MSG_DONTWAIT);
      if (size == 0 || (size < 0 && errno != EAGAIN)) fail("feeder: nchan closed the connection");
      if (size > 0) check_answers({answers.data(), static_cast<std::size_t>(size)});
    }
    if (!requests.empty()) {
      const ssize_t sent = send(http, requests.data(), requests.size(), MSG_NOSIGNAL | MSG_DONTWAIT);
      if (sent < 0 && errno != EAGAIN) fail("feeder: send");
      if (sent > 0) requests.erase(0, static_cast<std::size_t>(sent));
    }
    if (!announced && feed.subscribed()) {
      announced = true;
      std::fprintf(stderr, "ready\n");
    }
  }
}
