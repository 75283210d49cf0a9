#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "http/request.h"

namespace sluice::http {

/// The proxies whose word on where a request came from is taken.
///
/// Threads: any (immutable).
class TrustedProxies {
 public:
  /// `addresses`: IP addresses. Error: what is none.
  static Expected<TrustedProxies> of(const std::vector<std::string>& addresses);

  /// Where the peer is one of them: the address is the last one in X-Forwarded-For that is not, and `secure` is what
  /// X-Forwarded-Proto says.
  void believe(Request& request) const;

 private:
  bool trusts(const std::string& address) const;
  std::vector<std::string> addresses_;
};

/// An IP address in its one form; an IPv4 address in IPv6's clothes (`::ffff:10.0.0.1`) without them. "" for no
/// address.
std::string plain_address(std::string_view text);

}  // namespace sluice::http
