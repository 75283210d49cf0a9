#pragma once

#include <string>
#include <vector>

namespace sluice {

/// Something that the outside world got wrong: a file, a payload, a request.
///
/// `where` is empty or a place that a person can open: `mappings/desk.yaml:12:7`. `message` is lower case, names the
/// value found and says what was expected.
struct Error {
  std::string where;
  std::string message;

  /// "where: message", or the bare message.
  std::string text() const { return where.empty() ? message : where + ": " + message; }
  friend bool operator==(const Error&, const Error&) = default;
};

/// All that is wrong, in the order of the text it is about.
using Errors = std::vector<Error>;

}  // namespace sluice
