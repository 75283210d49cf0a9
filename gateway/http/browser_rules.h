#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "http/request.h"
#include "http/response.h"

namespace sluice::http {

/// What is asked of browsers, whose pages may come from anywhere.
struct BrowserOptions {
  std::vector<std::string> hosts;    // names that this gateway answers to, besides IP addresses and localhost
  std::vector<std::string> origins;  // "https://app.example": may read answers and post; or "*"
  bool credentials = false;          // they may send cookies along
};

/// Keeps pages of other sites from what only the gateway's own pages, and those listed, may do.
///
/// - `Host` must be an address, `localhost` or a known name (421): a page whose name was made to point here (DNS
///   rebinding) is of no known name.
/// - A POST, and a WebSocket's upgrade, from a page of an origin that is neither our own nor listed is refused (403): a
///   browser sends the user's cookie along with what any page asks for.
/// - Pages of listed origins may read answers (WHATWG Fetch, CORS).
///
/// Threads: any (immutable).
class BrowserRules {
 public:
  explicit BrowserRules(BrowserOptions options) : options_(std::move(options)) {}

  /// 421 or 403; nullopt when nothing is wrong.
  std::optional<Response> refuse(const Request& request) const;
  /// What every answer to this request says of who may read it.
  Pairs headers(const Request& request) const;
  /// The answer to a preflight of a listed origin; nullopt for any other request. `allow`: the path's methods.
  std::optional<Response> preflight(const Request& request, const std::string& allow) const;

 private:
  bool knows_host(std::string_view host) const;
  bool lists(std::string_view origin) const;

  BrowserOptions options_;
};

/// "https://app.example", "http://localhost:3000", "*". Error: a path, upper case, no scheme.
Expected<void> check_origin(std::string_view text);
/// "gateway.local". Error: a port, a scheme, upper case.
Expected<void> check_host_name(std::string_view text);

}  // namespace sluice::http
