#include "fanout/floor_server.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>

namespace sluice::bench {
namespace {

constexpr std::size_t largest_request = 8192;
constexpr std::size_t largest_backlog = 256UL << 20U;

constexpr std::string_view stream_head =
    "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\nCache-Control: no-store\r\nConnection: close\r\n\r\n: "
    "ok\n\n";
constexpr std::string_view ready_head = "HTTP/1.1 200 OK\r\nContent-Length: 0\r\nConnection: close\r\n\r\n";

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(1);
}

}  // namespace

FloorServer::FloorServer(const Settings& settings) : settings_(settings) {
  epoll_ = epoll_create1(EPOLL_CLOEXEC);
  listener_ = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (epoll_ < 0 || listener_ < 0) fail("socket");
  const int on = 1;
  setsockopt(listener_, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(settings.port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (bind(listener_, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("bind");
  if (listen(listener_, 4096) != 0) fail("listen");
  watch(listener_, &listener_, EPOLLIN);
}

FloorServer::~FloorServer() {
  close(listener_);
  close(epoll_);
}

void FloorServer::watch(int descriptor, void* who, std::uint32_t events) {
  epoll_event event{};
  event.events = events;
  event.data.ptr = who;
  if (epoll_ctl(epoll_, EPOLL_CTL_ADD, descriptor, &event) != 0) fail("epoll_ctl");
}

void FloorServer::publish(std::string_view key, std::string_view payload) {
  frame_.assign("id: floor-");
  frame_.append(std::to_string(++sequence_)).append("\nevent: tick\ndata: ").append(payload).append("\n\n");
  append(everything_, frame_);
  if (const auto found = by_key_.find(key); found != by_key_.end()) append(found->second, frame_);
}

void FloorServer::append(Channel& channel, std::string_view frame) {
  if (channel.clients.empty()) return;
  channel.bytes.append(frame);
  if (settings_.send_each) channel.ends.push_back(channel.head());
  if (!channel.due) {
    channel.due = true;
    due_.push_back(&channel);
  }
}

bool FloorServer::turn(int feed) {
  if (feed != feed_) {
    watch(feed, &feed_, EPOLLIN);
    feed_ = feed;
  }
  int timeout_ms = 1000;
  if (!due_.empty()) {
    const auto wait = last_pass_ + settings_.window - std::chrono::steady_clock::now();
    timeout_ms =
        static_cast<int>(std::clamp<long long>(std::chrono::ceil<std::chrono::milliseconds>(wait).count(), 0, 1000));
  }
  std::array<epoll_event, 512> events{};
  const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), timeout_ms);
  bool feed_ready = false;
  for (int i = 0; i < count; ++i) {
    const epoll_event& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == &listener_) {
      accept_clients();
    } else if (event.data.ptr == &feed_) {
      feed_ready = true;
    } else {
      auto& client = *static_cast<Client*>(event.data.ptr);
      if (client.descriptor >= 0 && (event.events & (EPOLLIN | EPOLLHUP | EPOLLERR | EPOLLRDHUP)) != 0)
        read_request(client);
      if (client.descriptor >= 0 && client.channel != nullptr && (event.events & EPOLLOUT) != 0 && client.blocked) {
        client.blocked = false;
        if (!flush(client)) close_client(client);
      }
    }
  }
  if (!due_.empty() && std::chrono::steady_clock::now() >= last_pass_ + settings_.window) pass();
  for (Client* client : closed_) delete client;
  closed_.clear();
  return feed_ready;
}

void FloorServer::accept_clients() {
  for (;;) {
    const int descriptor = accept4(listener_, nullptr, nullptr, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (descriptor < 0) return;
    const int on = 1;
    setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    auto* client = new Client;
    client->descriptor = descriptor;
    client->request = std::make_unique<std::string>();
    watch(descriptor, client, EPOLLIN | EPOLLOUT | EPOLLRDHUP | EPOLLET);
  }
}

void FloorServer::read_request(Client& client) {
  std::array<char, 2048> buffer{};
  for (;;) {
    const ssize_t size = recv(client.descriptor, buffer.data(), buffer.size(), 0);
    if (size < 0 && errno == EAGAIN) return;
    if (size <= 0) return close_client(client);
    if (client.request == nullptr) continue;
    client.request->append(buffer.data(), static_cast<std::size_t>(size));
    if (client.request->size() > largest_request) return close_client(client);
    if (client.request->find("\r\n\r\n") == std::string::npos) continue;
    const auto request = std::move(client.request);
    serve(client, *request);
    if (client.descriptor < 0) return;
  }
}

void FloorServer::serve(Client& client, std::string_view request) {
  const std::string_view target = request.substr(0, request.find("\r\n"));
  if (target.find(" /bench") == std::string_view::npos) {
    send(client.descriptor, ready_head.data(), ready_head.size(), MSG_NOSIGNAL);
    return close_client(client);
  }
  if (send(client.descriptor, stream_head.data(), stream_head.size(), MSG_NOSIGNAL) < 0) return close_client(client);
  Channel* channel = &everything_;
  if (const std::size_t at = target.find("key="); at != std::string_view::npos)
    channel = &by_key_[std::string(target.substr(at + 4, target.find_first_of(" &", at) - at - 4))];
  client.channel = channel;
  client.position = channel->head();
  client.index = channel->clients.size();
  channel->clients.push_back(&client);
}

bool FloorServer::flush(Client& client) {
  Channel& channel = *client.channel;
  while (client.position < channel.head()) {
    std::uint64_t end = channel.head();
    if (settings_.send_each) end = *std::upper_bound(channel.ends.begin(), channel.ends.end(), client.position);
    const ssize_t sent = send(client.descriptor, channel.bytes.data() + (client.position - channel.first),
                              static_cast<std::size_t>(end - client.position), MSG_NOSIGNAL | MSG_DONTWAIT);
    if (sent < 0) {
      client.blocked = errno == EAGAIN;
      return client.blocked;
    }
    client.position += static_cast<std::uint64_t>(sent);
  }
  return true;
}

void FloorServer::pass() {
  last_pass_ = std::chrono::steady_clock::now();
  for (Channel* channel : due_) {
    channel->due = false;
    for (std::size_t i = 0; i < channel->clients.size();) {
      Client& client = *channel->clients[i];
      if (!client.blocked && !flush(client)) {
        close_client(client);  // the last one takes its place
      } else {
        ++i;
      }
    }
    trim(*channel);
  }
  due_.clear();
}

void FloorServer::trim(Channel& channel) {
  std::uint64_t needed = channel.head();
  for (const Client* client : channel.clients) needed = std::min(needed, client->position);
  const auto spare = static_cast<std::size_t>(needed - channel.first);
  if (spare == 0 && channel.bytes.size() < largest_backlog) return;
  if (spare < channel.bytes.size() && spare < channel.bytes.size() / 2) {
    if (channel.bytes.size() < largest_backlog) return;  // not worth the move yet
    std::fprintf(stderr, "floor: a client is %zu bytes behind\n", channel.bytes.size());
    std::exit(1);
  }
  channel.bytes.erase(0, spare);
  channel.first = needed;
  while (!channel.ends.empty() && channel.ends.front() <= needed) channel.ends.pop_front();
}

void FloorServer::close_client(Client& client) {
  close(client.descriptor);
  client.descriptor = -1;
  closed_.push_back(&client);
  if (client.channel == nullptr) return;
  auto& clients = client.channel->clients;
  clients[client.index] = clients.back();
  clients[client.index]->index = client.index;
  clients.pop_back();
}

}  // namespace sluice::bench
