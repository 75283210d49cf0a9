#include "support/http/peer.h"

#include <arpa/inet.h>
#include <dirent.h>
#include <gtest/gtest.h>
#include <netinet/in.h>
#include <poll.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <array>
#include <cerrno>
#include <chrono>
#include <utility>

namespace sluice::http {
namespace {

constexpr int patience_ms = 10'000;

}  // namespace

Peer::Peer(std::uint16_t port, int receive_buffer_bytes) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  if (receive_buffer_bytes > 0) {
    setsockopt(fd_, SOL_SOCKET, SO_RCVBUF, &receive_buffer_bytes, sizeof(receive_buffer_bytes));
  }
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(port);
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) ADD_FAILURE() << "cannot connect";
}

Peer::Peer(const std::string& path) : fd_(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
  sockaddr_un address{};
  address.sun_family = AF_UNIX;
  path.copy(address.sun_path, sizeof(address.sun_path) - 1);
  if (connect(fd_, reinterpret_cast<sockaddr*>(&address), sizeof(address)) != 0) ADD_FAILURE() << "cannot connect";
}

Peer::Peer(Peer&& other) noexcept
    : fd_(std::exchange(other.fd_, -1)), reset_(other.reset_), received_(std::move(other.received_)) {}

Peer::~Peer() {
  close();
}

Peer& Peer::send(std::string_view bytes) {
  while (!bytes.empty()) {
    const auto sent = ::send(fd_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
    if (sent <= 0) break;  // the gateway may close early; what it said is read all the same
    bytes.remove_prefix(static_cast<std::size_t>(sent));
  }
  return *this;
}

bool Peer::read_some() {
  pollfd wanted{fd_, POLLIN, 0};
  if (poll(&wanted, 1, patience_ms) <= 0) {
    ADD_FAILURE() << "nothing came for 10 s after: " << received_;
    return false;
  }
  std::array<char, 65536> bytes;
  const auto count = recv(fd_, bytes.data(), bytes.size(), 0);
  if (count < 0) reset_ = errno == ECONNRESET;
  if (count <= 0) return false;
  received_.append(bytes.data(), static_cast<std::size_t>(count));
  return true;
}

const std::string& Peer::read_until(std::string_view text) {
  while (received_.find(text) == std::string::npos) {
    if (!read_some()) {
      ADD_FAILURE() << "the end came before '" << text << "': " << received_;
      break;
    }
  }
  return received_;
}

const std::string& Peer::read_to_end() {
  while (read_some()) {
  }
  return received_;
}

std::string Peer::body() const {
  return body_of(received_);
}

void Peer::close() {
  if (fd_ >= 0) ::close(std::exchange(fd_, -1));
}

void Peer::abort() {
  const linger at_once{1, 0};
  setsockopt(fd_, SOL_SOCKET, SO_LINGER, &at_once, sizeof(at_once));
  close();
}

void Peer::half_close() {
  shutdown(fd_, SHUT_WR);
}

std::string ask(std::uint16_t port, std::string_view request) {
  Peer peer(port);
  return peer.send(request).read_to_end();
}

std::string get(std::uint16_t port, std::string_view path, std::string_view more_headers) {
  return ask(port, "GET " + std::string(path) + " HTTP/1.1\r\nHost: a\r\nConnection: close\r\n" +
                       std::string(more_headers) + "\r\n");
}

int status_of(std::string_view response) {
  if (!response.starts_with("HTTP/1.1 ") || response.size() < 12) return 0;
  return (response[9] - '0') * 100 + (response[10] - '0') * 10 + (response[11] - '0');
}

std::string body_of(std::string_view response) {
  const auto end = response.find("\r\n\r\n");
  return end == std::string_view::npos ? "" : std::string(response.substr(end + 4));
}

std::size_t open_descriptors() {
  std::size_t count = 0;
  auto* folder = opendir("/proc/self/fd");
  while (readdir(folder)) ++count;
  closedir(folder);
  return count;
}

void pause_briefly() {
  poll(nullptr, 0, 1);
}

std::int64_t time_ms() {
  return std::chrono::duration_cast<std::chrono::milliseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

bool out_of_time(std::int64_t started_ms) {
  return time_ms() - started_ms > patience_ms;
}

}  // namespace sluice::http
