#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"
#include "http/request.h"

namespace sluice::http {

/// A request target (RFC 9112 3.2), split first and percent-decoded then, so that `%2F` is part of a level and no
/// separator.
struct RequestTarget {
  std::vector<std::string> levels;  // "/" has none, "/a/" has "a" and ""
  Pairs query;
  std::string path;  // decoded, for messages

  /// Reads the origin form and the absolute form, whose authority is left out.
  ///
  /// Error: a byte that a target must not hold, a `%` without two hexadecimal digits, `%00`, what decodes to no UTF-8,
  /// more than 64 levels or parameters.
  static Expected<RequestTarget> read(std::string_view raw);
};

/// `a%20b` to `a b`. Error: as above.
Expected<std::string> percent_decode(std::string_view text);

}  // namespace sluice::http
