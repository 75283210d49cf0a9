#pragma once

#include <string>

namespace sluice::auth {

/// Why somebody is not let in, as an HTTP client is told it. It names roles, never events, keys or values.
struct Denial {
  int status = 401;       // 401: no or bad credentials; 403: not enough rights; 429: later; 503: too busy
  std::string message;    // lower case, for a person
  std::string error;      // RFC 6750 3.1: "invalid_token", "insufficient_scope"; "" when there were no credentials
  int retry_after_s = 0;  // of 429 and 503
};

}  // namespace sluice::auth
