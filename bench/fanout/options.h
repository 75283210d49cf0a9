#pragma once

#include <map>
#include <string>

namespace sluice::bench {

/// The command line of a benchmark tool: `--name value` pairs over a table of defaults.
///
/// Error: an unknown name or a missing value prints the known names and ends the process with 64.
class Options {
 public:
  Options(int argc, char** argv, std::map<std::string, std::string> defaults);

  [[nodiscard]] const std::string& text(const std::string& name) const;

  /// Error: ends the process with 64 when the value is not a whole number >= 0.
  [[nodiscard]] long long number(const std::string& name) const;

 private:
  std::map<std::string, std::string> values_;
};

}  // namespace sluice::bench
