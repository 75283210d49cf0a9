#include "support/mqtt/scripted_broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace sluice::test {
namespace {

int tcp_socket(int flags = 0) {
  return socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | flags, 0);
}

/// Listens on a free port of 127.0.0.1, which `address` then names.
void listen_anywhere(int descriptor, int backlog, sockaddr_in& address) {
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(descriptor, any, length) != 0 || listen(descriptor, backlog) != 0 ||
      getsockname(descriptor, any, &length) != 0) {
    throw std::runtime_error("no port to listen on");
  }
}

}  // namespace

DeafPort::DeafPort() : listener_(tcp_socket()) {
  sockaddr_in address{};
  listen_anywhere(listener_, 0, address);
  port_ = ntohs(address.sin_port);
  for (int& filler : fillers_) {
    filler = tcp_socket(SOCK_NONBLOCK);
    connect(filler, reinterpret_cast<const sockaddr*>(&address), sizeof address);
  }
}

DeafPort::~DeafPort() {
  for (const int filler : fillers_) close(filler);
  close(listener_);
}

ScriptedBroker::ScriptedBroker(std::string answer) : answer_(std::move(answer)), listener_(tcp_socket()) {
  sockaddr_in address{};
  listen_anywhere(listener_, 5, address);
  port_ = ntohs(address.sin_port);
  thread_ = std::thread([this] { serve(); });
}

ScriptedBroker::~ScriptedBroker() {
  shutdown(listener_, SHUT_RDWR);  // ends accept()
  thread_.join();
  close(listener_);
}

void ScriptedBroker::serve() {
  int last = -1;
  for (;;) {
    const int connection = accept(listener_, nullptr, nullptr);
    if (last >= 0) close(last);
    last = connection;
    if (connection < 0) return;
    char packet[1024];
    if (recv(connection, packet, sizeof packet, 0) > 0) send(connection, answer_.data(), answer_.size(), MSG_NOSIGNAL);
  }
}

}  // namespace sluice::test
