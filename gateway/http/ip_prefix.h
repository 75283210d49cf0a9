#pragma once

#include <array>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::http {

/// A block of IP addresses: `10.0.0.0/8`, `fd00::/8`; a lone address is a block of one.
///
/// Threads: any (immutable).
class IpPrefix {
 public:
  /// Error: what is no address or prefix; a prefix with bits of an address behind it, which is most likely a slip.
  static Expected<IpPrefix> parse(std::string_view text);

  /// False for what is no address, too.
  bool contains(std::string_view address) const;

 private:
  std::array<unsigned char, 16> bytes_{};  // an IPv4 address as `::ffff:10.0.0.0`
  unsigned bits_ = 0;
};

/// An IP address in its one form; an IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) without them. "" for no
/// address.
std::string plain_address(std::string_view text);

/// What is counted as one caller: an IPv4 address, and of IPv6 the /64, for a host has a whole one to call from. "" for
/// no address.
std::string caller_of(std::string_view address);

}  // namespace sluice::http
