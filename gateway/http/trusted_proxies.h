#pragma once

#include <string>
#include <vector>

#include "base/expected.h"
#include "http/ip_prefix.h"
#include "http/request.h"

namespace sluice::http {

/// The proxies whose word on where a request came from is taken.
///
/// Threads: any (immutable).
class TrustedProxies {
 public:
  /// `addresses`: IP addresses and prefixes, and `unix` for whoever connects to a Unix socket. Error: what is none of
  /// these.
  static Expected<TrustedProxies> of(const std::vector<std::string>& addresses);

  /// Where the peer is one of them: the address is the last one in X-Forwarded-For that is not, and `secure` is what
  /// X-Forwarded-Proto says.
  void believe(Request& request) const;

 private:
  bool trusts(const std::string& address) const;
  std::vector<IpPrefix> blocks_;
  bool unix_ = false;
};

}  // namespace sluice::http
