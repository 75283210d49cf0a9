#include "http/admission.h"

#include "base/text.h"

namespace sluice::http {
namespace {

std::string_view cookie(std::string_view header, std::string_view name) {
  for (const auto part : split(header, ';')) {
    const auto pair = trim(part);
    if (pair.size() > name.size() && pair.starts_with(name) && pair[name.size()] == '=') {
      return pair.substr(name.size() + 1);
    }
  }
  return {};
}

}  // namespace

auth::Credentials credentials_of(const Request& request) {
  auth::Credentials credentials;
  credentials.authorization = request.header("Authorization");
  credentials.session = cookie(request.header("Cookie"), session_cookie);
  credentials.address = request.address;
  if (request.method != "GET" && request.method != "HEAD") return credentials;
  credentials.ticket = request.parameter("ticket");
  credentials.url_token = request.parameter("access_token");
  return credentials;
}

Response response_of(const auth::Denial& denial) {
  auto response = problem(denial.status, denial.message);
  response.with("Cache-Control", "no-store");
  if (denial.status == 401 || denial.status == 403) {
    std::string challenge = R"(Bearer realm="sluice")";
    if (!denial.error.empty()) challenge += ", error=\"" + denial.error + '"';
    response.with("WWW-Authenticate", challenge);
  }
  if (denial.retry_after_s > 0) response.with("Retry-After", std::to_string(denial.retry_after_s));
  return response;
}

Expected<auth::Admission, Response> admit(auth::Gate* gate, const Request& request,
                                          const std::vector<std::string>& roles) {
  if (gate == nullptr) {
    return tl::unexpected<Response>(
        response_of({401, "this needs a role, and nobody has one: see 'access' in the configuration", "", 0}));
  }
  auto admission = gate->admit(credentials_of(request), roles);
  if (!admission) return tl::unexpected<Response>(response_of(admission.error()));
  return std::move(*admission);
}

Expected<auth::Admission, Response> admit(auth::Gate& gate, const auth::Principal& principal,
                                          const std::vector<std::string>& roles) {
  auto admission = gate.grant(principal, roles);
  if (!admission) return tl::unexpected<Response>(response_of(admission.error()));
  return std::move(*admission);
}

}  // namespace sluice::http
