#include "message/topic_filter.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/text.h"

namespace sluice::message {
namespace {

constexpr std::size_t max_bytes = 65'535;  // MQTT 5, 1.5.4
constexpr std::size_t max_levels = 200;    // mosquitto's own bound, and that of every recursion over levels

bool is_name(std::string_view text) {
  const auto letter = [](char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_'; };
  return !text.empty() && letter(text[0]) &&
         std::all_of(text.begin(), text.end(), [&](char c) { return letter(c) || (c >= '0' && c <= '9'); });
}

Expected<TopicFilter::Level> parse_placeholder(std::string_view level) {
  using Kind = TopicFilter::Kind;
  auto name = level.substr(1, level.size() - 2);
  auto kind = Kind::one;
  if (name.ends_with('#')) {
    kind = Kind::many;
    name.remove_suffix(1);
  } else if (const auto colon = name.find(':'); colon != name.npos) {
    const auto type = name.substr(colon + 1);
    if (type != "int") return unexpected(fmt::format("unknown type '{}' in '{}', expected int", excerpt(type), level));
    kind = Kind::one_int;
    name = name.substr(0, colon);
  }
  if (!is_name(name)) {
    return unexpected(fmt::format("'{}' is no placeholder, expected {{name}}, {{name:int}} or {{name#}}", level));
  }
  return TopicFilter::Level{kind, std::string(name)};
}

Expected<TopicFilter::Level> parse_level(std::string_view level) {
  using Kind = TopicFilter::Kind;
  if (level == "+") return TopicFilter::Level{Kind::one, ""};
  if (level == "#") return TopicFilter::Level{Kind::rest, ""};
  const bool braced = level.size() >= 2 && level.front() == '{' && level.back() == '}';
  const auto inside = braced ? level.substr(1, level.size() - 2) : level;
  if (inside.find_first_of(braced ? "{}+" : "{}+#") != inside.npos) {
    return unexpected(fmt::format("'+', '#' and {{name}} must fill a whole level: '{}'", excerpt(level)));
  }
  if (braced) return parse_placeholder(level);
  return TopicFilter::Level{Kind::literal, std::string(level)};
}

/// The levels of a topic from both ends, without memory of their own.
class Levels {
 public:
  explicit Levels(std::string_view topic) : rest_(topic) {}
  bool empty() const { return empty_; }
  std::string_view rest() const { return rest_; }
  std::string_view take_front() {
    const auto slash = rest_.find('/');
    const auto level = rest_.substr(0, slash);
    empty_ = slash == rest_.npos;
    rest_ = empty_ ? std::string_view() : rest_.substr(slash + 1);
    return level;
  }
  std::string_view take_back() {
    const auto slash = rest_.rfind('/');
    empty_ = slash == rest_.npos;
    const auto level = empty_ ? rest_ : rest_.substr(slash + 1);
    rest_ = empty_ ? std::string_view() : rest_.substr(0, slash);
    return level;
  }

 private:
  std::string_view rest_;
  bool empty_ = false;  // a topic has at least one level, which may be ""
};

bool fits(const TopicFilter::Level& level, std::string_view part) {
  switch (level.kind) {
    case TopicFilter::Kind::literal:
      return level.text == part;
    case TopicFilter::Kind::one_int:
      return parse_int(part).has_value();
    default:
      return true;
  }
}

bool is_dollar(std::string_view topic) {
  return topic.starts_with('$');
}

}  // namespace

bool is_topic_name(std::string_view topic) {
  return !topic.empty() && topic.size() <= max_bytes &&
         topic.find_first_of(std::string_view("+#\0", 3)) == topic.npos && is_utf8(topic);
}

Expected<TopicFilter> TopicFilter::parse(std::string_view text) {
  if (text.empty()) return unexpected("empty topic filter");
  if (text.size() > max_bytes) {
    return unexpected(fmt::format("topic filter of {} bytes, expected at most {}", text.size(), max_bytes));
  }
  if (text.find('\0') != text.npos || !is_utf8(text)) {
    return unexpected(fmt::format("topic filter '{}' is no UTF-8 without NUL", excerpt(text)));
  }
  // A message that comes by a shared subscription carries no sign of it (MQTT 5, 4.8.2).
  if (text.starts_with("$share/")) return unexpected(fmt::format("shared subscription '{}'", excerpt(text)));
  const auto parts = split(text, '/');
  if (parts.size() > max_levels) {
    return unexpected(fmt::format("topic filter of {} levels, expected at most {}", parts.size(), max_levels));
  }
  TopicFilter filter;
  filter.text_ = text;
  std::size_t open_levels = 0;
  for (const auto part : parts) {
    auto level = parse_level(part);
    if (!level) return tl::unexpected(level.error());
    if (level->kind == Kind::rest && filter.levels_.size() + 1 != parts.size()) {
      return unexpected(fmt::format("'#' must be the last level: '{}'", excerpt(text)));
    }
    if ((level->kind == Kind::rest || level->kind == Kind::many) && ++open_levels > 1) {
      return unexpected(fmt::format("only one '#' or {{name#}} in a topic filter: '{}'", excerpt(text)));
    }
    if (level->kind != Kind::literal && !level->text.empty()) {
      const auto names = filter.placeholders();
      if (std::find(names.begin(), names.end(), level->text) != names.end()) {
        return unexpected(fmt::format("placeholder '{}' stands twice in '{}'", level->text, excerpt(text)));
      }
    }
    filter.levels_.push_back(*std::move(level));
  }
  return filter;
}

std::vector<std::string> TopicFilter::placeholders() const {
  std::vector<std::string> names;
  for (const auto& level : levels_) {
    if (level.kind != Kind::literal && !level.text.empty()) names.push_back(level.text);
  }
  return names;
}

std::string TopicFilter::subscription() const {
  std::string filter;
  for (const auto& level : levels_) {
    if (&level != levels_.data()) filter += '/';
    if (level.kind == Kind::many || level.kind == Kind::rest) return filter + '#';
    filter += level.kind == Kind::literal ? level.text : "+";
  }
  return filter;
}

bool TopicFilter::match(std::string_view topic, std::vector<std::string_view>& captures) const {
  captures.clear();
  if (is_dollar(topic) && levels_[0].kind != Kind::literal) return false;  // 4.7.2
  Levels parts(topic);
  for (std::size_t i = 0; i < levels_.size(); ++i) {
    const auto& level = levels_[i];
    if (level.kind == Kind::rest) return true;  // also when nothing is left: "a/#" matches "a" (4.7.1.2)
    if (parts.empty()) return false;
    if (level.kind != Kind::many) {
      const auto part = parts.take_front();
      if (!fits(level, part)) return false;
      if (level.kind != Kind::literal && !level.text.empty()) captures.push_back(part);
      continue;
    }
    // What stands after {x#} has a fixed number of levels: it takes the last ones, and {x#} what is between.
    const auto first_capture = captures.size();
    for (auto back = levels_.size() - 1; back > i; --back) {
      const auto part = parts.take_back();
      if (parts.empty() || !fits(levels_[back], part)) return false;
      if (levels_[back].kind != Kind::literal && !levels_[back].text.empty()) captures.push_back(part);
    }
    captures.push_back(parts.rest());
    std::reverse(captures.begin() + static_cast<std::ptrdiff_t>(first_capture), captures.end());
    return true;
  }
  return parts.empty();
}

bool covers(std::string_view wide, std::string_view narrow) {
  // 4.7.2: a leading wildcard leaves out $-topics, which only a filter that begins with $ matches.
  if (is_dollar(narrow) && (wide.starts_with('+') || wide.starts_with('#'))) return false;
  // Every topic has a first level, so "#" is "+/#".
  if (narrow == "#") narrow = "+/#";
  Levels wide_levels(wide);
  Levels narrow_levels(narrow);
  while (!wide_levels.empty()) {
    const auto w = wide_levels.take_front();
    if (w == "#") return true;
    if (narrow_levels.empty()) return false;
    const auto n = narrow_levels.take_front();
    if (n == "#" || (w != "+" && w != n)) return false;
  }
  return narrow_levels.empty();
}

}  // namespace sluice::message
