#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "auth/gate.h"
#include "base/expected.h"
#include "http/request.h"
#include "http/response.h"

namespace sluice::http {

/// The cookie that a login sets.
inline constexpr std::string_view session_cookie = "sluice_session";

/// What the request brings along to be let in. The views are the request's. Tickets and tokens in an address count for
/// GET only: a link must not act.
auth::Credentials credentials_of(const Request& request);

/// Lets somebody in who has one of the roles. `gate` null: nobody has. Error: the answer to give: 401 with
/// `WWW-Authenticate` (RFC 6750 3), or 403.
Expected<auth::Admission, Response> admit(auth::Gate* gate, const Request& request,
                                          const std::vector<std::string>& roles);

/// The same for somebody who was let in with this request before.
Expected<auth::Admission, Response> admit(auth::Gate& gate, const auth::Principal& principal,
                                          const std::vector<std::string>& roles);

/// The answer to somebody who is not let in.
Response response_of(const auth::Denial& denial);

}  // namespace sluice::http
