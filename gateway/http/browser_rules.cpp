#include "http/browser_rules.h"

#include <arpa/inet.h>

#include <algorithm>
#include <cctype>

#include "base/text.h"
#include "http/websocket_handshake.h"

namespace sluice::http {
namespace {

constexpr std::string_view preflight_seconds = "600";
constexpr std::string_view allowed_headers = "Authorization, Cache-Control, Content-Type, Last-Event-ID, If-None-Match";
constexpr std::string_view exposed_headers = "ETag, Link, Sluice-Last-Event-ID";

std::string lower(std::string_view text) {
  std::string made(text);
  std::ranges::transform(made, made.begin(), [](unsigned char c) { return static_cast<char>(std::tolower(c)); });
  return made;
}

// "a:80" and "[::1]:80" without the port; "" when what stands behind the colon is none.
std::string_view without_port(std::string_view host) {
  const auto end = host.rfind(':');
  const auto bracket = host.rfind(']');
  if (end == std::string_view::npos || (bracket != std::string_view::npos && end < bracket)) return host;
  const auto port = host.substr(end + 1);
  const bool digits = port.size() <= 5 && port.find_first_not_of("0123456789") == std::string_view::npos;
  return digits ? host.substr(0, end) : std::string_view();
}

bool is_address(std::string_view host) {
  in6_addr parsed{};
  if (host.starts_with('[') && host.ends_with(']')) {
    return inet_pton(AF_INET6, std::string(host.substr(1, host.size() - 2)).c_str(), &parsed) == 1;
  }
  return inet_pton(AF_INET, std::string(host).c_str(), &parsed) == 1;
}

// The browser itself says that page and gateway are one site (W3C Fetch Metadata), or that no page asks; else the
// host that the page came from is the host asked. A proxy that changes Host is met by the first.
bool is_own(const Request& request, std::string_view origin) {
  const auto site = request.header("Sec-Fetch-Site");
  if (site == "same-origin" || site == "none") return true;
  const auto at = origin.find("://");
  return at != std::string_view::npos && origin.substr(at + 3) == lower(request.header("Host"));
}

bool changes_something(const Request& request) {
  const bool reads = request.method == "GET" || request.method == "HEAD" || request.method == "OPTIONS";
  return !reads || asks_for_websocket(request);
}

}  // namespace

bool BrowserRules::knows_host(std::string_view host) const {
  const auto name = lower(without_port(host));
  return name == "localhost" || is_address(name) || std::ranges::find(options_.hosts, name) != options_.hosts.end();
}

bool BrowserRules::lists(std::string_view origin) const {
  return std::ranges::any_of(options_.origins, [&](const auto& one) { return one == "*" || one == origin; });
}

std::optional<Response> BrowserRules::refuse(const Request& request) const {
  const auto host = request.header("Host");
  // An empty one, or none at all in HTTP/1.0, is no page's.
  if (!host.empty() && !knows_host(host)) {
    return problem(421, "this gateway is not known as '" + excerpt(without_port(host), 60) +
                            "': list the name under 'hosts' in its configuration");
  }
  const auto origin = request.header("Origin");
  if (origin.empty() || !changes_something(request) || is_own(request, origin)) return std::nullopt;
  // `*` lets everyone read, not act.
  if (origin != "*" && std::ranges::find(options_.origins, origin) != options_.origins.end()) return std::nullopt;
  return problem(403, "pages of '" + excerpt(origin, 60) +
                          "' may not send this: list the origin under 'cors.origins' in the gateway's configuration");
}

Pairs BrowserRules::headers(const Request& request) const {
  if (options_.origins.empty()) return {};
  Pairs headers;
  const auto origin = request.header("Origin");
  const bool everyone = options_.origins.size() == 1 && options_.origins.front() == "*";
  if (!everyone) headers.emplace_back("Vary", "Origin");
  if (origin.empty() || !lists(origin)) return headers;
  headers.emplace_back("Access-Control-Allow-Origin", everyone ? "*" : std::string(origin));
  headers.emplace_back("Access-Control-Expose-Headers", exposed_headers);
  if (options_.credentials) headers.emplace_back("Access-Control-Allow-Credentials", "true");
  return headers;
}

std::optional<Response> BrowserRules::preflight(const Request& request, const std::string& allow) const {
  if (request.method != "OPTIONS" || request.header("Access-Control-Request-Method").empty()) return std::nullopt;
  if (!lists(request.header("Origin"))) return std::nullopt;
  Response response{204, "", "", {}, false};
  response.with("Access-Control-Allow-Methods", allow);
  response.with("Access-Control-Allow-Headers", allowed_headers);
  return response.with("Access-Control-Max-Age", preflight_seconds);
}

Expected<void> check_origin(std::string_view text) {
  if (text == "*") return {};
  const auto at = text.find("://");
  const auto scheme = text.substr(0, at);
  const auto host = at == std::string_view::npos ? std::string_view() : text.substr(at + 3);
  if ((scheme != "http" && scheme != "https") || host.empty() || host != lower(host) ||
      host.find_first_of("/?#@ *,") != std::string_view::npos) {
    return unexpected("origin '" + excerpt(text, 80) + "' is none: write it as browsers do, https://app.example");
  }
  return {};
}

Expected<void> check_host_name(std::string_view text) {
  if (text.empty() || text != lower(text) || text.find_first_of("/:?#@ *,") != std::string_view::npos) {
    return unexpected("host '" + excerpt(text, 80) + "' is no name: write it in lower case, without scheme and port");
  }
  return {};
}

}  // namespace sluice::http
