#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/expected.h"

namespace sluice::message {

/// A topic name that may be published to: 1 to 65,535 bytes of UTF-8 without NUL, `+` or `#` (MQTT
/// 5, 4.7.1, 4.7.3, 1.5.4).
bool is_topic_name(std::string_view topic);

/// A topic filter (MQTT 5, 4.7.1) whose wildcards may have names: `desk/{desk}/preset/{slot:int}`,
/// `N/{portal}/{path#}/x`.
///
/// `{x}` and `+` fill one level, `{x:int}` one level that is an integer (`0`, `-7`, not `007`), `{x#}` one or more
/// levels; `#` zero or more, last; a filter has at most one of these two. One that starts with a wildcard does not
/// match `$SYS/...` (4.7.2). At most 200 levels; no shared subscriptions.
class TopicFilter {
 public:
  enum class Kind : std::uint8_t { literal, one, one_int, many, rest };
  struct Level {
    Kind kind;
    std::string text;  // the literal, or the placeholder's name; "" for + and #
    friend bool operator==(const Level&, const Level&) = default;
  };

  /// Error: "'+', '#' and {name} must fill a whole level: 'a{desk}'", and the like.
  static Expected<TopicFilter> parse(std::string_view text);

  const std::string& text() const { return text_; }
  const std::vector<Level>& levels() const { return levels_; }
  /// The placeholders' names in the order of the levels.
  std::vector<std::string> placeholders() const;
  /// What to subscribe to: names gone, `{x#}` and all after it become `#`.
  std::string subscription() const;

  /// True when the topic matches. `captures` then holds one part of `topic` per placeholder, in order.
  bool match(std::string_view topic, std::vector<std::string_view>& captures) const;

 private:
  std::string text_;
  std::vector<Level> levels_;
};

/// True when every topic that `narrow` matches is matched by `wide`; both plain filters with + and # only.
bool covers(std::string_view wide, std::string_view narrow);

}  // namespace sluice::message
