#pragma once

#include <cstddef>
#include <initializer_list>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/expected.h"
#include "base/value.h"
#include "base/yaml.h"

namespace sluice::mapping {

/// What was found wrong in one file while it is read: the reading goes on, so that all is told at once.
class Report {
 public:
  Report(std::string file, Errors& errors) : file_(std::move(file)), errors_(errors) {}

  const std::string& file() const { return file_; }
  std::string where(const YamlNode& node) const { return sluice::where(file_, node); }
  void error(const YamlNode& node, std::string message) { errors_.push_back({where(node), std::move(message)}); }
  void add(const Errors& errors) { errors_.insert(errors_.end(), errors.begin(), errors.end()); }
  std::size_t count() const { return errors_.size(); }

  // Each reads one node; what does not fit is reported, and the result is empty.

  /// True when `node` is a map of these names only. `of` says what it is: "throttle", "stream 'desk'".
  bool parts(const YamlNode& node, std::initializer_list<std::string_view> names, std::string_view of);
  std::optional<std::string> text(const YamlNode& node, std::string_view what);
  /// A text or a list of texts.
  std::vector<std::string> texts(const YamlNode& node, std::string_view what);
  std::optional<milliseconds> duration(const YamlNode& node);
  std::optional<std::int64_t> integer(const YamlNode& node, std::string_view what, std::int64_t low, std::int64_t high);
  std::optional<double> number(const YamlNode& node, std::string_view what);
  std::optional<bool> boolean(const YamlNode& node, std::string_view what);
  /// The place of `node`'s text among `names`.
  std::optional<std::size_t> one_of(const YamlNode& node, std::string_view what,
                                    std::initializer_list<std::string_view> names);

 private:
  std::string file_;
  Errors& errors_;
};

/// The node as it would be quoted to its author: its text, or "a list", "a map", "nothing".
std::string shown(const YamlNode& node);

}  // namespace sluice::mapping
