#pragma once

#include <cstddef>

#include "base/expected.h"
#include "http/request.h"
#include "http/response.h"

struct MHD_Connection;

namespace sluice::http {

/// The request line as libmicrohttpd has it in its buffer.
struct RequestLine {
  const char* method = nullptr;
  const char* target = nullptr;  // where it began, before the library cut it
  std::size_t target_length = 0;
  const char* version = nullptr;
};

/// A request head as strict as RFC 9112 wants it, where libmicrohttpd is lenient: CRLF after every line (a bare LF, a
/// folded line and a raw NUL do not pass), names that are tokens, no control bytes in values, at most one Host and one
/// Content-Length, no Transfer-Encoding but `chunked`, none beside Content-Length or in HTTP/1.0, a body only with
/// methods that take one.
///
/// Returns the headers. Error: the answer to give, which closes the connection.
Expected<Pairs, Response> check_head(MHD_Connection* connection, const RequestLine& line, std::size_t most_bytes);

}  // namespace sluice::http
