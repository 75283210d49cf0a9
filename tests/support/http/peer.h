#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::http {

/// The other end of a connection to the gateway, as raw as a socket: what it sends is what the test says, byte for
/// byte. Each wait ends with a test failure after ten seconds.
class Peer {
 public:
  explicit Peer(std::uint16_t port, int receive_buffer_bytes = 0);
  /// Of a Unix socket.
  explicit Peer(const std::string& path);
  ~Peer();
  Peer(Peer&& other) noexcept;
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  Peer& send(std::string_view bytes);
  /// Reads until `text` stands in what came in all; all of it.
  const std::string& read_until(std::string_view text);
  /// Reads to the end; all of it. was_reset() says how it ended.
  const std::string& read_to_end();
  bool was_reset() const { return reset_; }
  /// What came after the response's head.
  std::string body() const;
  const std::string& received() const { return received_; }
  void close();
  /// Closes with a reset.
  void abort();
  /// Shuts the sending side down.
  void half_close();

 private:
  bool read_some();
  int fd_ = -1;
  bool reset_ = false;
  std::string received_;
};

/// One request on a connection of its own: the whole response.
std::string ask(std::uint16_t port, std::string_view request);
/// `GET <path>` with HTTP/1.1 and `Connection: close`.
std::string get(std::uint16_t port, std::string_view path, std::string_view more_headers = "");
/// The status of a response; 0 when there is none.
int status_of(std::string_view response);
std::string body_of(std::string_view response);

/// Waits for a fact, at most ten seconds.
template <class Fact>
bool eventually(Fact fact);

/// Open descriptors of this process.
std::size_t open_descriptors();

void pause_briefly();
bool out_of_time(std::int64_t started_ms);
std::int64_t time_ms();

template <class Fact>
bool eventually(Fact fact) {
  const auto started = time_ms();
  while (!fact()) {
    if (out_of_time(started)) return false;
    pause_briefly();
  }
  return true;
}

}  // namespace sluice::http
