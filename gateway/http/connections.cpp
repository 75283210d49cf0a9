#include "http/connections.h"

#include <sys/socket.h>

namespace sluice::http {

void Connections::await(Connection& connection, std::int64_t deadline_ms) {
  connection.deadline_ms = deadline_ms;
  if (connection.awaited) return;
  connection.awaited = true;
  connection.index = awaited_.size();
  awaited_.push_back(&connection);
}

void Connections::release(Connection& connection) {
  if (!connection.awaited) return;
  connection.awaited = false;
  awaited_[connection.index] = awaited_.back();
  awaited_[connection.index]->index = connection.index;
  awaited_.pop_back();
}

void Connections::sweep(std::int64_t now_ms) {
  for (std::size_t i = 0; i < awaited_.size();) {
    auto& connection = *awaited_[i];
    if (connection.deadline_ms > now_ms) {
      ++i;
      continue;
    }
    counters_.late_heads.add();
    shutdown(connection.fd, SHUT_RDWR);  // the library sees the end of input and closes
    release(connection);
  }
}

}  // namespace sluice::http
