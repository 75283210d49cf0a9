#include "support/mqtt/scripted_broker.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include <stdexcept>

namespace sluice::test {

ScriptedBroker::ScriptedBroker(std::string answer)
    : answer_(std::move(answer)), listener_(socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  socklen_t length = sizeof address;
  auto* any = reinterpret_cast<sockaddr*>(&address);
  if (bind(listener_, any, length) != 0 || listen(listener_, 5) != 0 || getsockname(listener_, any, &length) != 0) {
    throw std::runtime_error("no port to listen on");
  }
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
