#pragma once

#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace sluice::http {

/// Names and values in the order sent.
using Pairs = std::vector<std::pair<std::string, std::string>>;

/// One HTTP request, its head checked and decoded.
///
/// Threads: like an int.
struct Request {
  std::string method;      // as sent: methods are case-sensitive (RFC 9110 9.1)
  std::string path;        // percent-decoded, without the query: for messages; routing has used the decoded levels
  Pairs query;             // percent-decoded
  Pairs headers;           // as sent
  Pairs path_values;       // the route's placeholders by name, percent-decoded, in the path's order
  std::string address;     // the client's, without port: the peer's, or what a trusted proxy says
  bool secure = false;     // it came over TLS to a trusted proxy
  bool forwarded = false;  // some proxy says that it handed it on

  /// The first header of that name, in any case (RFC 9110 5.1); "" when there is none.
  std::string_view header(std::string_view name) const;
  /// The first query parameter of that name; "" when there is none.
  std::string_view parameter(std::string_view name) const;
  /// The value of the route's placeholder; "" when it has none of that name.
  std::string_view path_value(std::string_view name) const;
};

}  // namespace sluice::http
