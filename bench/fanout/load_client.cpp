// The load client: up to 19,000 connections in one epoll loop, each checked for order and loss.
//
// Started with its options it connects all, prints one line of JSON, then obeys lines on its standard input, each
// answered by one line of JSON:
//   begin        a measuring window starts: counts and delays from zero
//   end          the window's counts and delays
//   check <n>    faults since the start, if the publisher's numbers ended below n
//   quit
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
#include <cstring>
#include <string>
#include <string_view>
#include <vector>

#include "fanout/connection.h"
#include "fanout/delay_histogram.h"
#include "fanout/event_readers.h"
#include "fanout/options.h"

namespace {

using namespace sluice::bench;
using Stage = Connection::Stage;

constexpr std::size_t read_size = 256UL << 10U;
constexpr std::size_t largest_rest = 64UL << 10U;
constexpr std::size_t connecting_at_once = 128;

std::string websocket_frame(std::string_view payload) {
  // RFC 6455 5.3: a client masks; with a mask of zeros the payload stays as it is.
  std::string frame = {'\x82', static_cast<char>(0x80U | payload.size()), 0, 0, 0, 0};
  return frame.append(payload);
}

class LoadClient {
 public:
  explicit LoadClient(const Options& options)
      : port_(static_cast<std::uint16_t>(options.number("port"))),
        path_(options.text("path")),
        websocket_(options.text("protocol") == "websocket"),
        keyed_(options.number("keyed") != 0),
        check_ids_(options.number("check-ids") != 0),
        keys_(static_cast<std::size_t>(options.number("keys"))),
        stalled_(static_cast<std::size_t>(options.number("stalled"))),
        sources_(static_cast<std::uint32_t>(std::max(1LL, options.number("sources")))),
        connections_(static_cast<std::size_t>(options.number("clients"))),
        buffer_(largest_rest + read_size) {
    epoll_ = epoll_create1(EPOLL_CLOEXEC);
    for (std::size_t i = 0; i < connections_.size(); ++i) {
      Connection& connection = connections_[i];
      if (keyed_) connection.key = "k" + std::to_string(i);
      connection.order = keyed_ ? SequenceCheck(i, i < keys_ ? keys_ : 0) : SequenceCheck(0, 1);
    }
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = nullptr;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, STDIN_FILENO, &event);
  }

  void run(std::int64_t deadline_nanoseconds) {
    bool announced = false;
    while (!quit_) {
      while (started_ < connections_.size() && started_ - ready_ - lost_ < connecting_at_once)
        start(connections_[started_++]);
      if (!announced && (ready_ + lost_ == connections_.size() || monotonic_nanoseconds() > deadline_nanoseconds)) {
        announced = true;
        std::printf("{\"ready\":%zu,\"lost\":%zu,\"error\":\"%s\"}\n", ready_, lost_, error_.c_str());
        std::fflush(stdout);
      }
      std::array<epoll_event, 1024> events{};
      const int count = epoll_wait(epoll_, events.data(), static_cast<int>(events.size()), announced ? -1 : 100);
      for (int i = 0; i < count; ++i) {
        const epoll_event& event = events[static_cast<std::size_t>(i)];
        if (event.data.ptr == nullptr) {
          read_commands();
        } else {
          advance(*static_cast<Connection*>(event.data.ptr));
        }
      }
    }
  }

  // What the readers of event_readers.h find.
  void tick(const Tick& tick) {
    ++events_;
    ++events_in_all_;
    delays_.add(now_ - tick.sent_nanoseconds);
    current_->order.see(tick.sequence, faults_);
  }
  void position(std::uint64_t number) {
    if (!check_ids_) return;
    if (number < current_->position || (number == current_->position && number != 0)) ++bad_ids_;
    if (!keyed_ && current_->position != 0 && number > current_->position + 1) ++bad_ids_;
    current_->position = number;
  }
  void other(bool gap) {
    ++others_;
    gaps_ += gap ? 1 : 0;
  }

 private:
  void start(Connection& connection) {
    const auto index = static_cast<std::uint32_t>(&connection - connections_.data());
    connection.descriptor = socket(AF_INET, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
    if (connection.descriptor < 0) return lose(connection, std::strerror(errno));
    const int on = 1;
    setsockopt(connection.descriptor, IPPROTO_IP, IP_BIND_ADDRESS_NO_PORT, &on, sizeof on);
    setsockopt(connection.descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    const int little = 4096;
    if (stalls(connection)) setsockopt(connection.descriptor, SOL_SOCKET, SO_RCVBUF, &little, sizeof little);
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK + 1 + index % sources_);
    if (bind(connection.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0)
      return lose(connection, std::strerror(errno));
    address.sin_port = htons(port_);
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    if (connect(connection.descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0 &&
        errno != EINPROGRESS)
      return lose(connection, std::strerror(errno));
    epoll_event event{};
    event.events = EPOLLOUT;
    event.data.ptr = &connection;
    epoll_ctl(epoll_, EPOLL_CTL_ADD, connection.descriptor, &event);
  }

  void advance(Connection& connection) {
    if (connection.stage == Stage::connecting) return send_request(connection);
    if (connection.stage == Stage::closed) return;
    const std::size_t kept = connection.rest.size();
    std::memcpy(buffer_.data(), connection.rest.data(), kept);
    const ssize_t got = recv(connection.descriptor, buffer_.data() + kept, read_size, MSG_DONTWAIT);
    if (got < 0 && (errno == EAGAIN || errno == EINTR)) return;
    if (got <= 0) return lose(connection, got == 0 ? "closed by the server" : std::strerror(errno));
    now_ = monotonic_nanoseconds();
    bytes_ += static_cast<std::uint64_t>(got);
    std::size_t size = static_cast<std::size_t>(got);
    if (connection.stage == Stage::head) {
      size += kept;
      if (!read_head(connection, size)) return;
      take(connection, 0, size);
    } else {
      take(connection, kept, size);
    }
  }

  /// Decodes buffer_[kept, kept + size) and reads events from buffer_[0, ...).
  void take(Connection& connection, std::size_t kept, std::size_t size) {
    size = kept + connection.body.decode(buffer_.data() + kept, size);
    if (connection.stage == Stage::subscribing) {
      // CONNACK (4 bytes), SUBACK (5 bytes); MQTT 3.1.1 3.2, 3.9
      if (size >= 4 && buffer_[3] != 0) return lose(connection, "refused by the broker");
      if (size < 9) return keep(connection, 0, size);
      std::memmove(buffer_.data(), buffer_.data() + 9, size - 9);
      size -= 9;
      become_ready(connection);
    }
    current_ = &connection;
    const std::size_t done =
        websocket_ ? read_mqtt(buffer_.data(), size, *this) : read_sse(buffer_.data(), size, data_line_, *this);
    keep(connection, done, size);
    if (connection.body.ended() && connection.stage != Stage::closed) lose(connection, "ended by the server");
  }

  void keep(Connection& connection, std::size_t done, std::size_t size) {
    if (size - done > largest_rest) return lose(connection, "an event larger than 64 KiB");
    connection.rest.assign(buffer_.data() + done, size - done);
  }

  void send_request(Connection& connection) {
    int failure = 0;
    socklen_t length = sizeof failure;
    getsockopt(connection.descriptor, SOL_SOCKET, SO_ERROR, &failure, &length);
    if (failure != 0) return lose(connection, std::strerror(failure));
    std::string request = "GET " + path_;
    if (!websocket_ && keyed_) request += "?key=" + connection.key;
    request += " HTTP/1.1\r\nHost: 127.0.0.1\r\n";
    request += websocket_ ? "Upgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
                            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nSec-WebSocket-Protocol: mqtt\r\n\r\n"
                          : "Accept: text/event-stream\r\n\r\n";
    if (send(connection.descriptor, request.data(), request.size(), MSG_NOSIGNAL) !=
        static_cast<ssize_t>(request.size()))
      return lose(connection, "the request did not go out whole");
    connection.stage = Stage::head;
    epoll_event event{};
    event.events = EPOLLIN;
    event.data.ptr = &connection;
    epoll_ctl(epoll_, EPOLL_CTL_MOD, connection.descriptor, &event);
  }

  /// One of those that read their response's head and then not a byte more.
  bool stalls(const Connection& connection) const {
    return static_cast<std::size_t>(&connection - connections_.data()) >= connections_.size() - stalled_;
  }

  /// Takes the response head off buffer_[0, size); false when it is not whole or not what was asked for.
  bool read_head(Connection& connection, std::size_t& size) {
    const std::string_view bytes(buffer_.data(), size);
    const std::size_t end = bytes.find("\r\n\r\n");
    if (end == std::string_view::npos) {
      keep(connection, 0, size);
      return false;
    }
    std::string head(bytes.substr(0, end));
    if (!head.starts_with(websocket_ ? "HTTP/1.1 101" : "HTTP/1.1 200")) {
      lose(connection, head.substr(0, head.find('\r')));
      return false;
    }
    std::transform(head.begin(), head.end(), head.begin(),
                   [](char c) { return c >= 'A' && c <= 'Z' ? static_cast<char>(c + 32) : c; });
    const bool chunked = head.find("transfer-encoding: chunked") != std::string::npos;
    connection.body = BodyDecoder(websocket_ ? Framing::websocket : chunked ? Framing::chunked : Framing::plain);
    size -= end + 4;
    std::memmove(buffer_.data(), buffer_.data() + end + 4, size);
    connection.rest.clear();
    if (websocket_) {
      subscribe(connection);
    } else {
      become_ready(connection);
    }
    return connection.stage != Stage::closed;
  }

  void subscribe(Connection& connection) {
    const std::string id = "w" + std::to_string(&connection - connections_.data());
    const std::string topic = "bench/" + (keyed_ ? connection.key : "+");
    std::string hello = {0x10, static_cast<char>(12 + id.size()), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0,
                         0,    static_cast<char>(id.size())};
    hello += id;
    std::string wish = {'\x82', static_cast<char>(5 + topic.size()), 0, 1, 0, static_cast<char>(topic.size())};
    wish.append(topic).append(1, '\0');
    const std::string frames = websocket_frame(hello) + websocket_frame(wish);
    if (send(connection.descriptor, frames.data(), frames.size(), MSG_NOSIGNAL) != static_cast<ssize_t>(frames.size()))
      return lose(connection, "the subscription did not go out whole");
    connection.stage = Stage::subscribing;
  }

  void become_ready(Connection& connection) {
    connection.stage = Stage::streaming;
    ++ready_;
    if (stalls(connection)) epoll_ctl(epoll_, EPOLL_CTL_DEL, connection.descriptor, nullptr);
  }

  void lose(Connection& connection, std::string_view why) {
    if (error_.empty()) error_ = why;
    std::replace(error_.begin(), error_.end(), '"', '\'');
    if (connection.stage == Stage::streaming) --ready_;
    ++lost_;
    if (connection.descriptor >= 0) close(connection.descriptor);
    connection.descriptor = -1;
    connection.stage = Stage::closed;
  }

  void read_commands() {
    std::array<char, 256> text{};
    const ssize_t got = read(STDIN_FILENO, text.data(), text.size());
    if (got <= 0) {
      quit_ = true;
      return;
    }
    commands_.append(text.data(), static_cast<std::size_t>(got));
    for (std::size_t end = 0; (end = commands_.find('\n')) != std::string::npos; commands_.erase(0, end + 1))
      obey(commands_.substr(0, end));
  }

  void obey(const std::string& command) {
    if (command == "begin") {
      delays_.clear();
      events_ = bytes_ = others_ = 0;
      window_start_ = monotonic_nanoseconds();
      std::printf("{}\n");
    } else if (command == "end") {
      const auto us = [&](double fraction) {
        return static_cast<double>(delays_.quantile_nanoseconds(fraction)) / 1e3;
      };
      std::printf(
          "{\"seconds\":%.6f,\"events\":%llu,\"bytes\":%llu,\"others\":%llu,\"p50_us\":%.1f,\"p99_us\":%.1f,"
          "\"p999_us\":%.1f,\"max_us\":%.1f}\n",
          static_cast<double>(monotonic_nanoseconds() - window_start_) / 1e9, number(events_), number(bytes_),
          number(others_), us(0.5), us(0.99), us(0.999), static_cast<double>(delays_.max_nanoseconds()) / 1e3);
    } else if (command.starts_with("check ")) {
      const std::uint64_t end = std::strtoull(command.c_str() + 6, nullptr, 10);
      std::uint64_t outstanding = 0;
      for (const Connection& connection : connections_) {
        if (!stalls(connection)) outstanding += connection.order.outstanding(end);
      }
      std::printf(
          "{\"received\":%llu,\"outstanding\":%llu,\"skipped\":%llu,\"doubled\":%llu,\"disordered\":%llu,"
          "\"foreign\":%llu,\"bad_ids\":%llu,\"gaps\":%llu,\"lost\":%zu,\"error\":\"%s\"}\n",
          number(events_in_all_), number(outstanding), number(faults_.missing), number(faults_.doubled),
          number(faults_.disordered), number(faults_.foreign), number(bad_ids_), number(gaps_), lost_, error_.c_str());
    } else {
      quit_ = true;
    }
    std::fflush(stdout);
  }

  static unsigned long long number(std::uint64_t value) { return value; }

  std::uint16_t port_;
  std::string path_;
  bool websocket_;
  bool keyed_;
  bool check_ids_;
  std::size_t keys_;
  std::size_t stalled_;
  std::uint32_t sources_;
  std::vector<Connection> connections_;
  std::vector<char> buffer_;
  int epoll_ = -1;
  std::size_t started_ = 0;
  std::size_t ready_ = 0;
  std::size_t lost_ = 0;
  bool quit_ = false;
  std::string error_;
  std::string commands_;

  Connection* current_ = nullptr;
  std::size_t data_line_ = 0;
  std::int64_t now_ = 0;
  std::int64_t window_start_ = 0;
  std::uint64_t events_ = 0;
  std::uint64_t events_in_all_ = 0;
  std::uint64_t bytes_ = 0;
  std::uint64_t others_ = 0;
  std::uint64_t gaps_ = 0;
  std::uint64_t bad_ids_ = 0;
  SequenceFaults faults_;
  DelayHistogram delays_;
};

}  // namespace

int main(int argc, char** argv) {
  const Options options(argc, argv,
                        {{"port", "80"},
                         {"path", "/bench"},
                         {"protocol", "sse"},
                         {"clients", "1"},
                         {"keyed", "0"},
                         {"keys", "1"},
                         {"stalled", "0"},
                         {"sources", "4"},
                         {"check-ids", "0"},
                         {"connect-seconds", "60"}});
  LoadClient client(options);
  client.run(monotonic_nanoseconds() + options.number("connect-seconds") * 1'000'000'000);
}
