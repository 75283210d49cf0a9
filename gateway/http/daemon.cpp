#include "http/daemon.h"

#include <microhttpd.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <bit>
#include <cstring>

namespace sluice::http {
namespace {

// Connections that are no streams: requests, polls, pages, and streams about to be turned away.
constexpr std::size_t spare_connections = 48;

Reception& reception(void* self) {
  return *static_cast<Reception*>(self);
}

Connection* transport_of(MHD_Connection* connection) {
  const auto* told = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_SOCKET_CONTEXT);
  return told ? static_cast<Connection*>(told->socket_context) : nullptr;
}

void on_connection(void* self, MHD_Connection* connection, void** context, MHD_ConnectionNotificationCode code) {
  if (code == MHD_CONNECTION_NOTIFY_STARTED) {
    auto transport = std::make_unique<Connection>();
    const auto* told = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
    transport->fd = told ? told->connect_fd : -1;
    reception(self).connected(*transport);
    *context = transport.release();
  } else {
    const std::unique_ptr<Connection> transport(static_cast<Connection*>(*context));
    *context = nullptr;
    if (transport) reception(self).disconnected(*transport);
  }
}

void* on_request_line(void* self, const char* target, MHD_Connection*) {
  return target ? reception(self).begin(target) : nullptr;
}

// Targets are decoded by RequestTarget, level by level.
std::size_t leave_escaped(void*, MHD_Connection*, char* text) {
  return std::strlen(text);
}

MHD_Result on_request(void* self, MHD_Connection* connection, const char*, const char* method, const char* version,
                      const char* bytes, std::size_t* count, void** context) {
  auto* transport = transport_of(connection);
  if (!transport) return MHD_NO;
  auto* exchange = static_cast<Exchange*>(*context);
  const std::string_view piece(bytes ? bytes : "", *count);
  const bool go_on = reception(self).receive(connection, *transport, method, version, piece, exchange);
  *count = 0;
  *context = exchange;
  return go_on ? MHD_YES : MHD_NO;
}

void on_completed(void* self, MHD_Connection* connection, void** context, MHD_RequestTerminationCode) {
  auto* exchange = static_cast<Exchange*>(std::exchange(*context, nullptr));
  reception(self).completed(exchange, transport_of(connection));
}

}  // namespace

std::unique_ptr<Daemon> Daemon::start(int listening, const ServerLimits& limits, Reception& reception) {
  std::unique_ptr<Daemon> daemon(new Daemon(listening));
  // The library needs about twice the head for it and what it notes of it.
  const auto pool = std::bit_ceil(std::max(limits.header_bytes * 2, std::size_t{2048}));
  const auto idle_s = static_cast<unsigned>(std::max<std::int64_t>(1, limits.idle.count() / 1000));
  daemon->daemon_ = MHD_start_daemon(
      MHD_USE_EPOLL | MHD_ALLOW_SUSPEND_RESUME | MHD_ALLOW_UPGRADE, 0, nullptr, nullptr, &on_request, &reception,
      MHD_OPTION_LISTEN_SOCKET, listening, MHD_OPTION_CONNECTION_LIMIT,
      static_cast<unsigned>(limits.clients + spare_connections), MHD_OPTION_CONNECTION_MEMORY_LIMIT, pool,
      MHD_OPTION_CONNECTION_TIMEOUT, idle_s, MHD_OPTION_NOTIFY_COMPLETED, &on_completed, &reception,
      MHD_OPTION_NOTIFY_CONNECTION, &on_connection, &reception, MHD_OPTION_URI_LOG_CALLBACK, &on_request_line,
      &reception, MHD_OPTION_UNESCAPE_CALLBACK, &leave_escaped, nullptr, MHD_OPTION_END);
  if (!daemon->daemon_) return nullptr;
  const auto* told = MHD_get_daemon_info(daemon->daemon_, MHD_DAEMON_INFO_EPOLL_FD);
  if (!told) return nullptr;
  daemon->fd_ = told->epoll_fd;
  return daemon;
}

Daemon::~Daemon() {
  if (daemon_) {
    MHD_stop_daemon(daemon_);  // closes the listening socket, if it still has it
  } else {
    close(listening_);
  }
}

void Daemon::run() {
  do {
    MHD_run(daemon_);
  } while (timeout_ms() == 0);
}

std::int64_t Daemon::timeout_ms() const {
  MHD_UNSIGNED_LONG_LONG left = 0;
  return MHD_get_timeout(daemon_, &left) == MHD_YES ? static_cast<std::int64_t>(left) : -1;
}

void Daemon::stop_listening() {
  const int listening = MHD_quiesce_daemon(daemon_);
  if (listening < 0) return;
  for (;;) {
    sockaddr_storage peer{};
    socklen_t length = sizeof(peer);
    auto* name = reinterpret_cast<sockaddr*>(&peer);
    const int fd = accept4(listening, name, &length, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) break;
    MHD_add_connection(daemon_, fd, name, length);  // closes it when it refuses
  }
  close(listening);
}

}  // namespace sluice::http
