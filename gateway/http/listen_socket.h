#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::http {

/// Where to listen: an IP literal and a port.
struct ListenAddress {
  std::string host;  // without brackets
  std::uint16_t port = 0;
  bool ipv6 = false;

  /// `127.0.0.1:8080`, `[::]:8080`, `localhost:8080`, `:8080` (all IPv4 addresses); port 0 is any free one.
  ///
  /// Error: names the text and the form expected.
  static Expected<ListenAddress> parse(std::string_view text);
  /// True when only this machine can reach it.
  bool is_loopback() const;
  /// "http://[::1]:8080"
  std::string url() const;
};

/// A bound, listening, non-blocking TCP socket that shares its port with others of this process' user
/// (SO_REUSEPORT). `[::]` takes IPv4 too. The caller owns the descriptor; `address.port` is filled in when it was 0.
///
/// Error: "cannot listen on 127.0.0.1:80: Permission denied".
Expected<int> listen_on(ListenAddress& address);

}  // namespace sluice::http
