#include "recording/texts/json_members.h"

#include "base/text.h"

namespace sluice::recording {
namespace {

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

/// Reads JSON from the front of a text, as far as its brackets, quotes and commas go.
struct Scanner {
  std::string_view text;
  std::size_t at = 0;

  char peek() const { return at < text.size() ? text[at] : '\0'; }
  void skip_space() {
    while (at < text.size() && is_space(text[at])) ++at;
  }
  bool take(char c) {
    skip_space();
    if (peek() != c) return false;
    ++at;
    return true;
  }
  bool at_end() {
    skip_space();
    return at == text.size();
  }

  /// A string with its quotes; "" when there is none.
  std::string_view take_string() {
    skip_space();
    const auto begin = at;
    if (peek() != '"') return {};
    for (++at; at < text.size(); ++at) {
      if (text[at] == '\\') {
        ++at;
      } else if (text[at] == '"') {
        ++at;
        return text.substr(begin, at - begin);
      }
    }
    return {};
  }

  /// A value: up to the comma or bracket behind it that is not within it.
  std::string_view take_value() {
    skip_space();
    const auto begin = at;
    std::size_t depth = 0;
    while (at < text.size()) {
      const char c = text[at];
      if (c == '"') {
        if (take_string().empty()) return {};
        continue;
      }
      if (depth == 0 && (c == ',' || c == '}' || c == ']')) break;
      if (c == '{' || c == '[') ++depth;
      if (c == '}' || c == ']') --depth;
      ++at;
    }
    if (depth > 0) return {};
    auto value = text.substr(begin, at - begin);
    while (!value.empty() && is_space(value.back())) value.remove_suffix(1);
    return value;
  }
};

std::optional<unsigned> hex4(std::string_view digits) {
  if (digits.size() != 4) return std::nullopt;
  unsigned value = 0;
  for (const char c : digits) {
    unsigned digit = 0;
    if (c >= '0' && c <= '9') {
      digit = static_cast<unsigned>(c - '0');
    } else if ((c | 0x20) >= 'a' && (c | 0x20) <= 'f') {
      digit = static_cast<unsigned>((c | 0x20) - 'a' + 10);
    } else {
      return std::nullopt;
    }
    value = value << 4 | digit;
  }
  return value;
}

void append_utf8(unsigned point, std::string& out) {
  const auto byte = [&out](unsigned value) { out.push_back(static_cast<char>(value)); };
  if (point < 0x80) return byte(point);
  if (point < 0x800) {
    byte(0xC0 | point >> 6);
  } else {
    if (point < 0x10000) {
      byte(0xE0 | point >> 12);
    } else {
      byte(0xF0 | point >> 18);
      byte(0x80 | (point >> 12 & 0x3F));
    }
    byte(0x80 | (point >> 6 & 0x3F));
  }
  byte(0x80 | (point & 0x3F));
}

/// Reads what follows `\u`, the second half of a surrogate pair included; gives how many characters that took, 0 when
/// it is malformed.
std::size_t take_unicode(std::string_view rest, std::string& out) {
  const auto first = hex4(rest.substr(0, 4));
  if (!first) return 0;
  if (*first < 0xD800 || *first > 0xDFFF) {
    append_utf8(*first, out);
    return 4;
  }
  const auto second = rest.size() >= 10 && rest.substr(4, 2) == "\\u" ? hex4(rest.substr(6, 4)) : std::nullopt;
  if (*first > 0xDBFF || !second || *second < 0xDC00 || *second > 0xDFFF) {
    append_utf8(0xFFFD, out);
    return 4;
  }
  append_utf8(0x10000 + ((*first - 0xD800) << 10 | (*second - 0xDC00)), out);
  return 10;
}

}  // namespace

bool JsonMembers::read(std::string_view text) {
  members_.clear();
  Scanner scanner{text};
  if (!scanner.take('{')) return false;
  if (scanner.take('}')) return scanner.at_end();
  do {
    auto name = json_text(scanner.take_string());
    if (!name || !scanner.take(':')) return false;
    const auto value = scanner.take_value();
    if (value.empty()) return false;
    members_.emplace_back(std::move(*name), value);
  } while (scanner.take(','));
  return scanner.take('}') && scanner.at_end();
}

std::string_view JsonMembers::find(std::string_view name) const {
  for (auto each = members_.rbegin(); each != members_.rend(); ++each) {
    if (each->first == name) return each->second;
  }
  return {};
}

std::optional<std::string> json_text(std::string_view raw) {
  if (raw.size() < 2 || raw.front() != '"' || raw.back() != '"') return std::nullopt;
  const auto inner = raw.substr(1, raw.size() - 2);
  std::string text;
  text.reserve(inner.size());
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '"') return std::nullopt;
    if (inner[i] != '\\') {
      text.push_back(inner[i]);
      continue;
    }
    if (++i == inner.size()) return std::nullopt;
    static constexpr std::string_view letters = "\"\\/bfnrt";
    static constexpr std::string_view meanings = "\"\\/\b\f\n\r\t";
    if (const auto letter = letters.find(inner[i]); letter != std::string_view::npos) {
      text.push_back(meanings[letter]);
      continue;
    }
    const auto taken = inner[i] == 'u' ? take_unicode(inner.substr(i + 1), text) : 0;
    if (taken == 0) return std::nullopt;
    i += taken;
  }
  return text;
}

std::optional<std::vector<std::string_view>> json_elements(std::string_view raw) {
  Scanner scanner{raw};
  std::vector<std::string_view> elements;
  if (!scanner.take('[')) return std::nullopt;
  if (!scanner.take(']')) {
    do {
      elements.push_back(scanner.take_value());
      if (elements.back().empty()) return std::nullopt;
    } while (scanner.take(','));
    if (!scanner.take(']')) return std::nullopt;
  }
  if (!scanner.at_end()) return std::nullopt;
  return elements;
}

std::optional<std::string> json_bytes(std::string_view raw) {
  const auto elements = json_elements(raw);
  if (!elements) return std::nullopt;
  std::string bytes;
  bytes.reserve(elements->size());
  for (const auto element : *elements) {
    const auto number = parse_int(element);
    if (!number || *number < 0 || *number > 255) return std::nullopt;
    bytes.push_back(static_cast<char>(*number));
  }
  return bytes;
}

std::string compact_json(std::string_view raw) {
  std::string compact;
  compact.reserve(raw.size());
  bool in_string = false;
  for (std::size_t i = 0; i < raw.size(); ++i) {
    const char c = raw[i];
    if (!in_string && is_space(c)) continue;
    if (c == '"') in_string = !in_string;
    compact.push_back(c);
    if (in_string && c == '\\' && i + 1 < raw.size()) compact.push_back(raw[++i]);
  }
  return compact;
}

}  // namespace sluice::recording
