#include "http/trusted_proxies.h"

#include <strings.h>

#include <algorithm>

#include "base/text.h"

namespace sluice::http {
namespace {

/// Whom the proxies name, in their order: all lines of the header are one list (RFC 9110 5.3). A proxy may add a line
/// of its own below the one that the client made up.
std::string forwarded_for(const Request& request) {
  constexpr std::string_view header = "X-Forwarded-For";
  std::string list;
  for (const auto& [name, value] : request.headers) {
    if (name.size() != header.size() || strncasecmp(name.data(), header.data(), header.size()) != 0) continue;
    list.append(list.empty() ? "" : ",").append(value);
  }
  return list;
}

}  // namespace

Expected<TrustedProxies> TrustedProxies::of(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const auto& address : addresses) {
    if (address == "unix") {
      proxies.unix_ = true;
      continue;
    }
    auto block = IpPrefix::parse(address);
    if (!block) return unexpected("proxy " + block.error().message);
    proxies.blocks_.push_back(std::move(*block));
  }
  return proxies;
}

bool TrustedProxies::trusts(const std::string& address) const {
  if (address.empty()) return unix_;  // a Unix socket's peer has none
  return std::ranges::any_of(blocks_, [&](const IpPrefix& block) { return block.contains(address); });
}

void TrustedProxies::believe(Request& request) const {
  request.address = plain_address(request.address);
  request.forwarded = !request.header("X-Forwarded-For").empty() || !request.header("Forwarded").empty();
  if (!trusts(request.address)) return;
  request.secure = request.header("X-Forwarded-Proto") == "https";
  // Each proxy appends whom it heard from: what stands before an unknown one is hearsay.
  const auto named = forwarded_for(request);
  auto hops = split(named, ',');
  for (; !hops.empty(); hops.pop_back()) {
    auto address = plain_address(trim(hops.back()));
    if (address.empty()) return;
    request.address = std::move(address);
    if (!trusts(request.address)) return;
  }
}

}  // namespace sluice::http
