#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "http/request.h"

namespace sluice::http {

/// A whole HTTP response with a body of known size. The server adds Content-Length, Date, nosniff and, where the
/// request was a HEAD, leaves the body out.
///
/// Threads: like an int.
struct Response {
  int status = 200;
  std::string content_type;  // "" sends none
  std::string body;
  Pairs headers;       // further ones
  bool close = false;  // ends the connection after it

  Response& with(std::string_view name, std::string_view value) {
    headers.emplace_back(name, value);
    return *this;
  }
};

/// `text/plain; charset=utf-8`, a line break added.
Response text(int status, std::string_view line);
/// `application/json`; `body` is JSON text.
Response json(int status, std::string body);
/// `application/problem+json` (RFC 9457): `{"type":"about:blank","title":...,"status":...,"detail":...}`; the title is
/// the status' own reason phrase (4.2.1).
Response problem(int status, std::string_view detail);

/// "Not Found" for 404; "" for a status that RFC 9110 does not know.
std::string_view reason(int status);

}  // namespace sluice::http
