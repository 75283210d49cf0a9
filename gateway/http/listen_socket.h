#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace sluice::http {

/// Where to listen: an IP literal and a port, or the path of a Unix socket.
struct ListenAddress {
  std::string path;  // of a Unix socket; "": there is none, but
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool ipv6 = false;

  /// `127.0.0.1:8080`, `[::]:8080`, `localhost:8080`, `:8080` (all IPv4 addresses), `unix:/run/sluice.sock`; port 0 is
  /// any free one.
  ///
  /// Error: names the text and the form expected.
  static Expected<ListenAddress> parse(std::string_view text);
  /// True when only this machine can reach it.
  bool is_loopback() const;
  /// "http://[::1]:8080", "unix:/run/sluice.sock"
  std::string url() const;
};

/// `count` bound, listening, non-blocking sockets that share the address: TCP's the port (SO_REUSEPORT), so that the
/// kernel spreads connections over them; a Unix socket is one, with several descriptors. `[::]` takes IPv4 too. The
/// caller owns the descriptors; `address.port` is filled in when it was 0.
///
/// A socket file that nobody listens on any more is replaced. Who may connect is a matter of its folder, and of the
/// process' umask.
///
/// Error: "cannot listen on 127.0.0.1:80: Permission denied".
Expected<std::vector<int>> listen_on(ListenAddress& address, std::size_t count);

/// Removes the file of a Unix socket, if nobody listens on it.
void remove_socket_file(const ListenAddress& address);

}  // namespace sluice::http
