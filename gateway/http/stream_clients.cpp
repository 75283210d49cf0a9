#include "http/stream_clients.h"

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

epoll_event wanted_of(StreamClient& client) {
  epoll_event wanted{};
  wanted.events = EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = static_cast<Exchange*>(&client);
  return wanted;
}

}  // namespace

StreamClients::StreamClients(stream::Feed& feed, StreamSink& sink, int epoll, const ServerLimits& limits,
                             Counters& counters)
    : feed_(feed),
      sink_(sink),
      websocket_sink_(counters),
      epoll_(epoll),
      stalled_(limits.stalled),
      counters_(counters) {}

StreamClients::~StreamClients() = default;

void StreamClients::add(StreamClient& client, ClientPlace place, StreamSink& sink, MHD_Connection* connection) {
  client.place = std::move(place);
  client.owner = this;
  client.sink = &sink;
  client.connection = connection;
  client.fd = descriptor(connection);
  client.progress_ms = now_ms_;
  client.index = static_cast<std::uint32_t>(all_.size());
  all_.push_back(&client);
  counters_.clients.add();
  counters_.client_opens.add();
}

SseClient* StreamClients::open(const stream::Request& request, MHD_Connection* connection, ClientPlace place) {
  auto client = std::make_unique<SseClient>();
  client->cursor = feed_.open(request, now_ms_);
  client->cursor->client = static_cast<StreamClient*>(client.get());
  add(*client, std::move(place), sink_, connection);
  return client.release();
}

WebSocketClient* StreamClients::open_websocket(const stream::Request& request, MHD_Connection* connection,
                                               ClientPlace place) {
  auto client = std::make_unique<WebSocketClient>(deadlines_, request.stream->heartbeat);
  client->listen_to(feed_.open(request, now_ms_));
  add(*client, std::move(place), websocket_sink_, connection);
  return client.release();
}

bool StreamClients::hand_over(StreamClient& client) {
  const int on = 1;
  const int unsent = unsent_bytes;
  const auto timeout = static_cast<unsigned>(stalled_.count());
  setsockopt(client.fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof(on));
  setsockopt(client.fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &unsent, sizeof(unsent));
  setsockopt(client.fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &timeout, sizeof(timeout));
  auto wanted = wanted_of(client);
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, client.fd, &wanted) != 0) return false;
  client.state = StreamClient::State::live;
  return true;
}

ssize_t StreamClients::read(SseClient& client, char* into, std::size_t room) {
  if (client.state == StreamClient::State::opening && !hand_over(client)) {
    client.state = StreamClient::State::ended;
    shutdown(client.fd, SHUT_RDWR);
  }
  if (client.state != StreamClient::State::live) {
    // One byte to a socket that is shut down: its failure is the library's clean way out. END_OF_STREAM leaks the
    // descriptor of a body that ends with its connection.
    *into = '\n';
    return 1;
  }
  const auto count = sink_.read(client, into, room, now_ms_);
  if (client.suspended) fresh_.push_back(&client);
  return count;
}

void StreamClients::upgraded(WebSocketClient& client, MHD_UpgradeResponseHandle* handle, std::string_view early) {
  client.begin(handle, early, now_ms_);
  if (client.state != StreamClient::State::opening || !hand_over(client)) {
    client.state = StreamClient::State::ended;
    shutdown(client.fd, SHUT_RDWR);
    resumed_ = client.give_back() || resumed_;
    return;
  }
  fresh_.push_back(&client);
}

void StreamClients::on_event(StreamClient& client, std::uint32_t events) {
  if (client.state != StreamClient::State::live) return;
  if ((events & (EPOLLHUP | EPOLLERR)) != 0) {
    if ((events & EPOLLERR) != 0 && timed_out(client.fd)) counters_.stalled.add();
    finish(client);
    return;
  }
  if ((events & (EPOLLIN | EPOLLRDHUP)) != 0) answer(client, client.hear((events & EPOLLRDHUP) != 0, now_ms_));
  if ((events & EPOLLOUT) != 0 && client.waits) serve(client);
}

void StreamClients::answer(StreamClient& client, StreamClient::Heard heard) {
  switch (heard) {
    case StreamClient::Heard::nothing:
      return;
    case StreamClient::Heard::over:
      finish(client);
      return;
    case StreamClient::Heard::more: {
      auto wanted = wanted_of(client);
      epoll_ctl(epoll_, EPOLL_CTL_MOD, client.fd, &wanted);  // says again what is there to read
      break;
    }
    case StreamClient::Heard::answer:
      break;
  }
  if (!client.waits) serve(client);
}

void StreamClients::serve(std::span<stream::Cursor* const> cursors) {
  for (auto* cursor : cursors) {
    auto* client = static_cast<StreamClient*>(cursor->client);
    if (client && !client->waits) serve(*client);
  }
}

void StreamClients::queue(std::span<stream::Cursor* const> cursors) {
  for (auto* cursor : cursors) {
    auto* client = static_cast<StreamClient*>(cursor->client);
    if (client && !client->waits) queue(*client);
  }
}

void StreamClients::queue(StreamClient& client) {
  if (!client.queued) queued_.push_back(&client);
  client.queued = true;
}

void StreamClients::serve(StreamClient& client) {
  if (client.state != StreamClient::State::live) return;
  switch (client.sink->serve(client, now_ms_)) {
    case StreamSink::Turn::done:
      stop_waiting(client);
      if (client.rests(now_ms_)) finish(client);
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

void StreamClients::settle() {
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

void StreamClients::sweep() {
  while (longest_ && now_ms_ - longest_->progress_ms >= stalled_.count()) {
    counters_.stalled.add();
    finish(*longest_);
  }
}

void StreamClients::tick() {
  while (deadlines_.next() <= now_ms_) {
    auto& client = WebSocketClient::of(deadlines_.front());
    deadlines_.remove(deadlines_.front());
    const auto heard = client.on_deadline(now_ms_);
    if (heard == StreamClient::Heard::over && !client.closes()) counters_.stalled.add();
    answer(client, heard);
  }
}

void StreamClients::end_all() {
  for (auto* client : all_) finish(*client);
}

void StreamClients::finish(StreamClient& client) {
  if (client.state == StreamClient::State::ended || client.state == StreamClient::State::gone) return;
  stop_waiting(client);
  if (client.state == StreamClient::State::live) epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd, nullptr);
  client.state = StreamClient::State::ended;
  shutdown(client.fd, SHUT_RDWR);
  resumed_ = client.give_back() || resumed_;
}

void StreamClients::forget(StreamClient& client) {
  stop_waiting(client);
  if (client.state == StreamClient::State::live) epoll_ctl(epoll_, EPOLL_CTL_DEL, client.fd, nullptr);
  client.state = StreamClient::State::gone;
  all_[client.index] = all_.back();
  all_[client.index]->index = client.index;
  all_.pop_back();
  client.place = {};
  counters_.clients.subtract();
  counters_.client_ends.add();
  graves_.emplace_back(&client);
}

void StreamClients::bury() {
  if (graves_.empty()) return;
  const auto gone = [](const StreamClient* client) { return client->state == StreamClient::State::gone; };
  std::erase_if(fresh_, gone);
  std::erase_if(queued_, gone);
  graves_.clear();
}

bool StreamClients::take_resumed() {
  return std::exchange(resumed_, false);
}

void StreamClients::wait_for_socket(StreamClient& client) {
  if (client.waits && client.progress_ms != now_ms_) return;
  stop_waiting(client);
  client.progress_ms = now_ms_;
  client.waits = true;
  client.before = newest_;
  client.after = nullptr;
  (newest_ ? newest_->after : longest_) = &client;
  newest_ = &client;
}

void StreamClients::stop_waiting(StreamClient& client) {
  if (!client.waits) return;
  client.waits = false;
  (client.before ? client.before->after : longest_) = client.after;
  (client.after ? client.after->before : newest_) = client.before;
}

}  // namespace sluice::http
