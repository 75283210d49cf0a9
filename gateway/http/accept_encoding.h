#pragma once

#include <string_view>

#include "stream/request.h"

namespace sluice::http {

/// The form of a stream for a request with that `Accept-Encoding` (RFC 9110 12.5.3): gzip or zstd where one is listed,
/// the one that is preferred; the plain one where none is, or where `identity` is asked for no less. `*` names no
/// coding that the client is known to read. What is no weight takes its coding off the list.
stream::FormKind form_for(std::string_view accept_encoding);

/// What `Content-Encoding` says; "" for a form that has none.
std::string_view content_encoding(stream::FormKind form);

}  // namespace sluice::http
