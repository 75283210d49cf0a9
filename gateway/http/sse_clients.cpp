#include "http/sse_clients.h"

#include <microhttpd.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>

#include <algorithm>
#include <cerrno>
#include <utility>

namespace sluice::http {
namespace {

// More than this many unsent bytes in the kernel would be megabytes of stale events for a slow client.
constexpr int unsent_bytes = 24 << 10;

int descriptor(MHD_Connection* connection) {
  const auto* told = MHD_get_connection_info(connection, MHD_CONNECTION_INFO_CONNECTION_FD);
  return told ? told->connect_fd : -1;
}

// True when the kernel gave the peer up (TCP_USER_TIMEOUT).
bool timed_out(int fd) {
  int error = 0;
  socklen_t length = sizeof(error);
  return getsockopt(fd, SOL_SOCKET, SO_ERROR, &error, &length) == 0 && error == ETIMEDOUT;
}

}  // namespace

SseClients::SseClients(stream::Feed& feed, StreamSink& sink, int epoll, const ServerLimits& limits, Counters& counters,
                       std::atomic<std::size_t>& in_all)
    : feed_(feed),
      sink_(sink),
      epoll_(epoll),
      stalled_(limits.stalled),
      most_(limits.clients),
      counters_(counters),
      in_all_(in_all) {}

SseClients::~SseClients() = default;

SseClient* SseClients::open(const stream::Request& request, MHD_Connection* connection) {
  if (in_all_.fetch_add(1, std::memory_order_relaxed) >= most_) {
    in_all_.fetch_sub(1, std::memory_order_relaxed);
    return nullptr;
  }
  auto client = std::make_unique<SseClient>();
  client->owner = this;
  client->connection = connection;
  client->fd = descriptor(connection);
  client->progress_ms = now_ms_;
  client->cursor = feed_.open(request, now_ms_);
  client->cursor->client = client.get();
  client->index = static_cast<std::uint32_t>(all_.size());
  all_.push_back(client.get());
  counters_.clients.add();
  counters_.client_opens.add();
  return client.release();
}

bool SseClients::hand_over(SseClient& client) {
  const int on = 1;
  const int unsent = unsent_bytes;
  const auto timeout = static_cast<unsigned>(stalled_.count());
  setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(client.fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
  setsockopt(client.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = &client;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &wanted) != 0) return false;
  client.state = SseClient::State::live;
  return true;
}

ssize_t SseClients::read(SseClient& client, char* into, std::size_t room) {
  if (client.state == SseClient::State::opening && !hand_over(client)) {
    client.state = SseClient::State::ended;
    shutdown(client.fd, SHUT_RDWR);
  }
  if (client.state != SseClient::State::live) {
    // One byte to a socket that is shut down: its failure is the library's clean way out. END_OF_STREAM leaks the
    // descriptor of a body that ends with its connection.
    *into = '\n';
    return 1;
  }
  const auto count = sink_.read(client, into, room, now_ms_);
  if (client.suspended) fresh_.push_back(&client);
  return count;
}

void SseClients::on_event(SseClient& client, std::uint32_t events) {
  if (client.state != SseClient::State::live) return;
  // A peer that has only shut its sending side down is taken for gone too: no browser does it, and a crashed one looks
  // the same.
  if ((events & (EPOLLRDHUP | EPOLLHUP | EPOLLERR)) != 0) {
    if ((events & EPOLLERR) != 0 && timed_out(client.fd)) counters_.stalled.add();
    finish(client);
  } else if ((events & EPOLLOUT) != 0 && client.waits) {
    serve(client);
  }
}

void SseClients::serve(std::span<stream::Cursor* const> cursors) {
  for (auto* cursor : cursors) {
    auto* client = static_cast<SseClient*>(cursor->client);
    if (client && !client->waits) serve(*client);
  }
}

void SseClients::queue(std::span<stream::Cursor* const> cursors) {
  for (auto* cursor : cursors) {
    auto* client = static_cast<SseClient*>(cursor->client);
    if (client && !client->waits) queue(*client);
  }
}

void SseClients::queue(SseClient& client) {
  if (!client.queued) queued_.push_back(&client);
  client.queued = true;
}

void SseClients::serve(SseClient& client) {
  if (client.state != SseClient::State::live) return;
  switch (sink_.serve(client, now_ms_)) {
    case StreamSink::Turn::done:
      stop_waiting(client);
      if (client.cursor->end() != stream::End::none && client.cursor->due().empty()) finish(client);
      break;
    case StreamSink::Turn::handed:
      resumed_ = true;
      break;
    case StreamSink::Turn::waits:
      wait_for_socket(client);
      break;
    case StreamSink::Turn::more:
      stop_waiting(client);
      queue(client);
      break;
    case StreamSink::Turn::lost:
      finish(client);
      break;
  }
}

void SseClients::settle() {
  turn_.swap(fresh_);
  for (auto* client : turn_) serve(*client);
  turn_.clear();
  turn_.swap(queued_);
  for (auto* client : turn_) {
    client->queued = false;
    serve(*client);
  }
  turn_.clear();
}

void SseClients::sweep() {
  while (longest_ && now_ms_ - longest_->progress_ms >= stalled_.count()) {
    counters_.stalled.add();
    finish(*longest_);
  }
}

void SseClients::end_all() {
  for (auto* client : all_) finish(*client);
}

void SseClients::finish(SseClient& client) {
  if (client.state == SseClient::State::ended || client.state == SseClient::State::gone) return;
  stop_waiting(client);
  if (client.state == SseClient::State::live) epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd, nullptr);
  client.state = SseClient::State::ended;
  shutdown(client.fd, SHUT_RDWR);
  if (!client.suspended) return;
  client.suspended = false;
  MHD_resume_connection(client.connection);
  resumed_ = true;
}

void SseClients::forget(SseClient& client) {
  stop_waiting(client);
  if (client.state == SseClient::State::live) epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd, nullptr);
  client.state = SseClient::State::gone;
  all_[client.index] = all_.back();
  all_[client.index]->index = client.index;
  all_.pop_back();
  in_all_.fetch_sub(1, std::memory_order_relaxed);
  counters_.clients.subtract();
  counters_.client_ends.add();
  graves_.emplace_back(&client);
}

void SseClients::bury() {
  if (graves_.empty()) return;
  const auto gone = [](const SseClient* client) { return client->state == SseClient::State::gone; };
  std::erase_if(fresh_, gone);
  std::erase_if(queued_, gone);
  graves_.clear();
}

bool SseClients::take_resumed() {
  return std::exchange(resumed_, false);
}

void SseClients::wait_for_socket(SseClient& client) {
  if (client.waits && client.progress_ms != now_ms_) return;
  stop_waiting(client);
  client.progress_ms = now_ms_;
  client.waits = true;
  client.before = newest_;
  client.after = nullptr;
  (newest_ ? newest_->after : longest_) = &client;
  newest_ = &client;
}

void SseClients::stop_waiting(SseClient& client) {
  if (!client.waits) return;
  client.waits = false;
  (client.before ? client.before->after : longest_) = client.after;
  (client.after ? client.after->before : newest_) = client.before;
}

}  // namespace sluice::http
