#pragma once

#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::recording {

/// A substitution of topics as sed writes it: `s/regex/replacement/` or `s|...|...|g`.
///
/// The regex is an extended one (POSIX 1003.1-2017, XBD 9.4). In the replacement `&` is what matched, `\1` to `\9` are
/// its groups, and a backslash takes any other character as it is. Flags: `g` (all matches), `i` (upper and lower case
/// are one).
///
/// Threads: one at a time.
class TopicRewrite {
 public:
  /// Error: what is wrong with the text, in words.
  static Expected<TopicRewrite> parse(std::string_view text);
  ~TopicRewrite();
  TopicRewrite(TopicRewrite&&) noexcept;
  TopicRewrite& operator=(TopicRewrite&&) noexcept;

  /// Rewrites `topic` in place; false when nothing matched. What comes out may be no topic name any more.
  bool apply(std::string& topic) const;

 private:
  struct State;
  explicit TopicRewrite(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::recording
