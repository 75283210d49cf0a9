#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/error.h"
#include "base/variables.h"
#include "base/yaml.h"

namespace sluice::app {

/// One map of the configuration file while it is read: each key is asked for once, and what nobody asked for is an
/// error.
///
/// Errors are collected, not returned: a reader goes on and finds the next one.
class ConfigSection {
 public:
  /// What all sections of one file share.
  struct Reading {
    struct Fault {
      int line;
      int column;
      std::string message;
    };
    const std::string& file;
    const Variables& variables;
    std::vector<Fault> faults;
    std::map<std::string, std::string> given;  // each scalar read, variables filled in, by its path

    void fail(const YamlNode& at, std::string message) { faults.push_back({at.line, at.column, std::move(message)}); }
    /// All faults in the order of the file.
    Errors errors() const;
  };

  /// `node` may be null: then every key is absent. `name` is the path that messages use: "history", "" for the top.
  ConfigSection(Reading& reading, const YamlNode* node, std::string name);
  ConfigSection(const ConfigSection&) = delete;
  ConfigSection& operator=(const ConfigSection&) = delete;
  /// Reports the keys that nobody asked for.
  ~ConfigSection();

  ConfigSection section(std::string_view key);

  void text(std::string_view key, std::string& target);
  using Check = std::function<std::optional<Error>(const std::string&)>;
  /// A text or a list of texts; `check`, when given, sees each, and its error gets that one's place.
  void texts(std::string_view key, std::vector<std::string>& target, const Check& check = {});
  /// The same where something is to be read from the texts as they are written, `${}` not filled in; `at` is each one's
  /// place.
  void written(std::string_view key, const std::function<void(const std::string& text, const YamlNode& at)>& read);
  /// The names of this map, in the order of the file, where they are the user's own.
  std::vector<std::string> names() const;
  bool is_there() const { return node_ != nullptr; }
  bool has(std::string_view key) const { return node_ != nullptr && node_->find(key) != nullptr; }
  /// Another fault of this map, at its place, or at that of something in it.
  void fault(std::string message) { fail_at(*node_, std::move(message)); }
  void fail_at(const YamlNode& at, std::string message) { reading_.fail(at, std::move(message)); }
  const std::string& file() const { return reading_.file; }
  void duration(std::string_view key, milliseconds& target);
  /// One in a range.
  void duration(std::string_view key, milliseconds& target, milliseconds low, milliseconds high);
  /// A size with a unit, `64KiB`.
  template <class Size>
  void bytes(std::string_view key, Size& target) {
    if (const auto value = read_bytes(key)) target = static_cast<Size>(*value);
  }
  /// One in a range, whose ends are written as a user would.
  template <class Size>
  void bytes(std::string_view key, Size& target, std::string_view low, std::string_view high) {
    if (const auto value = read_bytes(key, low, high)) target = static_cast<Size>(*value);
  }
  /// A whole number in a range.
  template <class Number>
  void integer(std::string_view key, Number& target, std::int64_t low, std::int64_t high) {
    if (const auto value = read_integer(key, low, high)) target = static_cast<Number>(*value);
  }
  void flag(std::string_view key, bool& target);
  /// One of some words.
  template <class Choice>
  void choice(std::string_view key, Choice& target, std::vector<std::pair<std::string, Choice>> words) {
    std::vector<std::string> names;
    for (const auto& [word, value] : words) names.push_back(word);
    if (const auto at = read_choice(key, names)) target = words[*at].second;
  }
  /// A text that `read` understands; its error gets the key's place.
  void parsed(std::string_view key, const Check& read);

 private:
  std::optional<std::string> scalar(std::string_view key, std::string_view expected);
  std::optional<std::uint64_t> read_bytes(std::string_view key, std::string_view low = {}, std::string_view high = {});
  std::optional<std::int64_t> read_integer(std::string_view key, std::int64_t low, std::int64_t high);
  std::optional<std::size_t> read_choice(std::string_view key, const std::vector<std::string>& names);
  void fail(std::string_view key, std::string message);
  std::string path(std::string_view key) const;

  Reading& reading_;
  const YamlNode* node_;
  std::string name_;
  std::vector<std::string> asked_;
};

}  // namespace sluice::app
