#include "recording/topic_rewrite.h"

#include <fmt/format.h>
#include <regex.h>

#include <array>
#include <vector>

#include "base/text.h"

namespace sluice::recording {
namespace {

constexpr std::size_t groups = 10;             // the match itself and \1 to \9
constexpr std::size_t longest_topic = 65'535;  // MQTT 5, 1.5.4

/// The parts of `s/a/b/flags` between its delimiters; a delimiter after a backslash is no end.
std::vector<std::string> parts_of(std::string_view text, char delimiter) {
  std::vector<std::string> parts(1);
  for (std::size_t i = 2; i < text.size(); ++i) {
    if (text[i] == '\\' && i + 1 < text.size()) {
      if (text[i + 1] != delimiter) parts.back() += '\\';
      parts.back() += text[++i];
    } else if (text[i] == delimiter) {
      parts.emplace_back();
    } else {
      parts.back() += text[i];
    }
  }
  return parts;
}

}  // namespace

struct TopicRewrite::State {
  /// A piece of the replacement: a text, or a group.
  struct Piece {
    std::string text;
    int group = -1;
  };

  regex_t regex{};
  bool compiled = false;
  bool all = false;
  std::vector<Piece> replacement;

  State() = default;
  State(const State&) = delete;
  State& operator=(const State&) = delete;
  ~State() {
    if (compiled) regfree(&regex);
  }

  void add(char byte) {
    if (replacement.empty() || replacement.back().group >= 0) replacement.push_back({});
    replacement.back().text += byte;
  }

  Expected<void> read_replacement(std::string_view text) {
    for (std::size_t i = 0; i < text.size(); ++i) {
      const bool escaped = text[i] == '\\' && i + 1 < text.size();
      if (escaped) ++i;
      if (escaped && text[i] >= '0' && text[i] <= '9') {
        const auto group = text[i] - '0';
        if (static_cast<std::size_t>(group) > regex.re_nsub) {
          return unexpected(fmt::format("\\{} is no group: the regex has {}", group, regex.re_nsub));
        }
        replacement.push_back({"", group});
      } else if (!escaped && text[i] == '&') {
        replacement.push_back({"", 0});
      } else {
        add(text[i]);
      }
    }
    return {};
  }
};

TopicRewrite::TopicRewrite(std::unique_ptr<State> state) : state_(std::move(state)) {}
TopicRewrite::~TopicRewrite() = default;
TopicRewrite::TopicRewrite(TopicRewrite&&) noexcept = default;
TopicRewrite& TopicRewrite::operator=(TopicRewrite&&) noexcept = default;

Expected<TopicRewrite> TopicRewrite::parse(std::string_view text) {
  const auto wrong = [&](std::string_view what) {
    return unexpected(fmt::format("'{}' is no rewriting: {}", excerpt(text), what));
  };
  const bool begun = text.size() > 2 && text[0] == 's' && text[1] != '\\' && text[1] != '\n';
  const auto parts = begun ? parts_of(text, text[1]) : std::vector<std::string>();
  if (parts.size() != 3 || parts[0].empty()) return wrong("expected s/regex/replacement/, as sed has it");
  auto state = std::make_unique<State>();
  int flags = REG_EXTENDED;
  for (const char flag : parts[2]) {
    if (flag == 'i') {
      flags |= REG_ICASE;
    } else if (flag == 'g') {
      state->all = true;
    } else {
      return wrong(fmt::format("flag '{}', expected g or i", excerpt(std::string_view(&flag, 1))));
    }
  }
  if (text.find('\0') != std::string_view::npos) return wrong("it holds a NUL");
  if (const int error = regcomp(&state->regex, parts[0].c_str(), flags); error != 0) {
    std::array<char, 256> sentence{};
    regerror(error, &state->regex, sentence.data(), sentence.size());
    return wrong(sentence.data());
  }
  state->compiled = true;
  if (auto read = state->read_replacement(parts[1]); !read) return wrong(read.error().message);
  return TopicRewrite(std::move(state));
}

bool TopicRewrite::apply(std::string& topic) const {
  std::array<regmatch_t, groups> found{};
  std::string out;
  std::size_t at = 0;
  bool any = false;
  while (at <= topic.size() && out.size() <= longest_topic) {
    const auto* const from = topic.c_str() + at;
    if (regexec(&state_->regex, from, found.size(), found.data(), at > 0 ? REG_NOTBOL : 0) != 0) break;
    any = true;
    const auto begin = static_cast<std::size_t>(found[0].rm_so);
    const auto end = static_cast<std::size_t>(found[0].rm_eo);
    out.append(from, begin);
    for (const auto& piece : state_->replacement) {
      if (piece.group < 0) {
        out += piece.text;
      } else if (const auto& group = found[static_cast<std::size_t>(piece.group)]; group.rm_so >= 0) {
        out.append(from + group.rm_so, static_cast<std::size_t>(group.rm_eo - group.rm_so));
      }
    }
    at += end;
    if (!state_->all) break;
    if (begin == end) {  // an empty match: go on behind the next character
      if (at < topic.size()) out += topic[at];
      ++at;
    }
  }
  if (!any) return false;
  if (at < topic.size()) out.append(topic, at);
  topic = std::move(out);
  return true;
}

}  // namespace sluice::recording
