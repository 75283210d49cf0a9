#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

namespace sluice::bench {

/// The least that a server of Server-Sent Events can do: one thread, one epoll, the frames in memory, one send() a
/// client and pass. It knows no limits, no history, no filters but the key; what another server costs above it is
/// the price of being a gateway.
///
/// A pass sends each client all that is due. Without a window the next pass starts as soon as something came, so that
/// passes that take longer carry more events each (natural coalescing); with one it starts `window` after the last.
///
/// Threads: one, the caller's.
class FloorServer {
 public:
  struct Settings {
    int port = 0;
    std::chrono::nanoseconds window{0};
    bool send_each = false;  ///< one send() an event instead of one a pass
  };

  explicit FloorServer(const Settings& settings);
  ~FloorServer();
  FloorServer(const FloorServer&) = delete;
  FloorServer& operator=(const FloorServer&) = delete;

  /// The event goes to the clients of all keys and to those of `key`.
  void publish(std::string_view key, std::string_view payload);

  /// Waits for sockets (and `feed`, input on which makes the result true), serves them, starts a pass when one is due.
  bool turn(int feed);

 private:
  struct Channel;

  struct Client {
    int descriptor = -1;
    Channel* channel = nullptr;  ///< null until the request head is whole
    std::size_t index = 0;       ///< in channel->clients
    std::uint64_t position = 0;  ///< the next byte to send, counted from the channel's first
    bool blocked = false;
    std::unique_ptr<std::string> request;
  };

  /// The frames of one audience, from the oldest that a client still needs.
  struct Channel {
    std::string bytes;
    std::uint64_t first = 0;         ///< position of bytes[0]
    std::deque<std::uint64_t> ends;  ///< where each frame ends; kept only for send_each
    std::vector<Client*> clients;
    bool due = false;
    [[nodiscard]] std::uint64_t head() const { return first + bytes.size(); }
  };

  void accept_clients();
  void read_request(Client& client);
  void serve(Client& client, std::string_view request);
  void append(Channel& channel, std::string_view frame);
  bool flush(Client& client);
  void pass();
  void trim(Channel& channel);
  void close_client(Client& client);
  void watch(int descriptor, void* who, std::uint32_t events);

  Settings settings_;
  int epoll_ = -1;
  int listener_ = -1;
  int feed_ = -1;
  std::uint64_t sequence_ = 0;
  std::string frame_;
  Channel everything_;
  std::map<std::string, Channel, std::less<>> by_key_;
  std::vector<Channel*> due_;
  std::vector<Client*> closed_;
  std::chrono::steady_clock::time_point last_pass_{};
};

}  // namespace sluice::bench
