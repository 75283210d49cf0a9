// The publisher: MQTT 3.1.1 at QoS 0, `rate` messages a second over `keys` topics bench/k<n>, evenly paced.
//
// Up to 1,000/s every message has its own moment; above, one batch a millisecond leaves in one write. A publisher
// that was held up catches up at once, so the rate holds; how late it was is in its report. It ends after
// `milliseconds`, or when its standard input does.
#include <arpa/inet.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <sys/socket.h>
#include <unistd.h>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdio>
#include <cstdlib>
#include <ctime>
#include <string>
#include <vector>

#include "fanout/delay_histogram.h"
#include "fanout/options.h"
#include "fanout/tick.h"

namespace {

using namespace sluice::bench;

[[noreturn]] void fail(const char* what) {
  std::perror(what);
  std::exit(69);
}

void send_all(int descriptor, const std::string& bytes) {
  for (std::size_t at = 0; at < bytes.size();) {
    const ssize_t sent = send(descriptor, bytes.data() + at, bytes.size() - at, MSG_NOSIGNAL);
    if (sent < 0 && errno == EINTR) continue;
    if (sent < 0) fail("publisher: send");
    at += static_cast<std::size_t>(sent);
  }
}

int connect_to_broker(int port) {
  const int descriptor = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
  sockaddr_in address{};
  address.sin_family = AF_INET;
  address.sin_port = htons(static_cast<std::uint16_t>(port));
  address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
  if (connect(descriptor, reinterpret_cast<const sockaddr*>(&address), sizeof address) != 0) fail("publisher: connect");
  const int on = 1;
  setsockopt(descriptor, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
  const std::string id = "bench-publisher";
  std::string packet = {0x10, static_cast<char>(12 + id.size()), 0, 4, 'M', 'Q', 'T', 'T', 4, 2, 0, 0,
                        0,    static_cast<char>(id.size())};
  send_all(descriptor, packet + id);  // 3.1: protocol level 4, clean session, no keepalive
  std::array<char, 4> answer{};
  if (recv(descriptor, answer.data(), answer.size(), MSG_WAITALL) != 4 || answer[0] != 0x20 || answer[3] != 0) {
    std::fprintf(stderr, "publisher: the broker refused the connection\n");
    std::exit(69);
  }
  return descriptor;
}

/// The PUBLISH packet of one key with a blank payload, and where that starts.
struct Packet {
  std::string bytes;
  std::size_t payload_at;
};

Packet packet_for_key(long long key, std::size_t payload_size) {
  const std::string topic = "bench/k" + std::to_string(key);
  std::string bytes = "\x30";
  std::size_t length = 2 + topic.size() + payload_size;
  do {
    bytes += static_cast<char>(length % 128 + (length >= 128 ? 128 : 0));
    length /= 128;
  } while (length > 0);
  bytes += static_cast<char>(topic.size() / 256);
  bytes += static_cast<char>(topic.size() % 256);
  bytes += topic;
  const std::size_t payload_at = bytes.size();
  return {bytes + tick_json::blank(payload_size), payload_at};
}

void sleep_until(std::int64_t nanoseconds) {
  const timespec moment{nanoseconds / 1'000'000'000, nanoseconds % 1'000'000'000};
  while (clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, &moment, nullptr) == EINTR) {
  }
}

bool told_to_end() {
  pollfd input{STDIN_FILENO, POLLIN, 0};
  return poll(&input, 1, 0) > 0;
}

}  // namespace

int main(int argc, char** argv) {
  const Options options(
      argc, argv, {{"mqtt", "1883"}, {"rate", "200"}, {"keys", "1"}, {"milliseconds", "1000"}, {"payload", "122"}});
  const auto rate = std::max(1LL, options.number("rate"));
  const auto keys = std::max(1LL, options.number("keys"));
  const auto total = static_cast<std::uint64_t>(rate * options.number("milliseconds") / 1000);
  const auto payload_size = std::max(tick_json::smallest, static_cast<std::size_t>(options.number("payload")));
  std::vector<Packet> packets;
  for (long long key = 0; key < keys; ++key) packets.push_back(packet_for_key(key, payload_size));

  const int broker = connect_to_broker(static_cast<int>(options.number("mqtt")));
  const std::int64_t step = std::max(1'000'000'000 / rate, 1'000'000LL);
  const std::int64_t start = monotonic_nanoseconds() + step;
  DelayHistogram lateness;
  std::string batch;
  std::uint64_t sequence = 0;
  std::int64_t first_sent = 0;
  std::int64_t last_sent = 0;
  for (std::int64_t turn = 0; sequence < total && !told_to_end(); ++turn) {
    const std::int64_t moment = start + turn * step;
    sleep_until(moment);
    const std::int64_t now = monotonic_nanoseconds();
    lateness.add(now - moment);
    const std::int64_t earlier = rate <= 1000 ? turn : (moment - start) * rate / 1'000'000'000;
    const auto due = std::min(total, static_cast<std::uint64_t>(earlier) + 1);
    batch.clear();
    for (; sequence < due; ++sequence) {
      Packet& packet = packets[sequence % packets.size()];
      tick_json::stamp(packet.bytes.data() + packet.payload_at, {sequence, now});
      batch += packet.bytes;
    }
    if (batch.empty()) continue;
    send_all(broker, batch);
    if (first_sent == 0) first_sent = now;
    last_sent = now;
  }
  const double seconds = static_cast<double>(last_sent - first_sent) / 1e9;
  send_all(broker, std::string{'\xe0', 0});
  close(broker);
  std::printf("{\"published\":%llu,\"seconds\":%.6f,\"late_p99_us\":%.1f,\"late_max_us\":%.1f}\n",
              static_cast<unsigned long long>(sequence), seconds,
              static_cast<double>(lateness.quantile_nanoseconds(0.99)) / 1e3,
              static_cast<double>(lateness.max_nanoseconds()) / 1e3);
}
