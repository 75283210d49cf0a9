#include "http/trusted_proxies.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <strings.h>

#include <algorithm>
#include <array>

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

std::string plain_address(std::string_view text) {
  const std::string whole(text);
  std::array<char, INET6_ADDRSTRLEN> made{};
  const auto room = static_cast<socklen_t>(made.size());
  in_addr v4{};
  in6_addr v6{};
  if (inet_pton(AF_INET, whole.c_str(), &v4) == 1) return inet_ntop(AF_INET, &v4, made.data(), room);
  if (inet_pton(AF_INET6, whole.c_str(), &v6) != 1) return {};
  if (IN6_IS_ADDR_V4MAPPED(&v6) != 0) return inet_ntop(AF_INET, v6.s6_addr + 12, made.data(), room);
  return inet_ntop(AF_INET6, &v6, made.data(), room);
}

Expected<TrustedProxies> TrustedProxies::of(const std::vector<std::string>& addresses) {
  TrustedProxies proxies;
  for (const auto& address : addresses) {
    auto plain = plain_address(address);
    if (plain.empty()) return unexpected("proxy '" + excerpt(address, 60) + "' is no IP address");
    proxies.addresses_.push_back(std::move(plain));
  }
  return proxies;
}

bool TrustedProxies::trusts(const std::string& address) const {
  return std::ranges::find(addresses_, address) != addresses_.end();
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
