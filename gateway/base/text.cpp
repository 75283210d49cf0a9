#include "base/text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>

namespace sluice {
namespace {

constexpr std::size_t longest_name = 64;  // beyond it no name is searched for: the cost is a product of lengths

/// Edits to get from one to the other: insert, delete, replace, or swap two neighbours.
std::size_t edit_distance(std::string_view a, std::string_view b) {
  using Row = std::array<std::size_t, longest_name + 1>;
  Row before_last{};
  Row last{};
  Row row{};
  for (std::size_t j = 0; j <= b.size(); ++j) row[j] = j;
  for (std::size_t i = 1; i <= a.size(); ++i) {
    before_last = last;
    last = row;
    row[0] = i;
    for (std::size_t j = 1; j <= b.size(); ++j) {
      const bool same = a[i - 1] == b[j - 1];
      row[j] = std::min({last[j] + 1, row[j - 1] + 1, last[j - 1] + (same ? 0U : 1U)});
      if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
        row[j] = std::min(row[j], before_last[j - 2] + 1);
    }
  }
  return row[b.size()];
}

}  // namespace

std::optional<std::string> nearest(std::string_view wrong, std::span<const std::string> names) {
  if (wrong.size() > longest_name) return std::nullopt;
  const std::string* best = nullptr;
  auto best_distance = wrong.size() / 3 + 1;
  for (const auto& name : names) {
    if (name.size() > longest_name) continue;
    const auto distance = edit_distance(wrong, name);
    if (distance < best_distance) {
      best = &name;
      best_distance = distance;
    }
  }
  return best ? std::optional(*best) : std::nullopt;
}

std::string did_you_mean(std::string_view wrong, std::span<const std::string> names) {
  const auto name = nearest(wrong, names);
  return name ? " - did you mean '" + *name + "'?" : "";
}

std::size_t utf8_length(std::string_view bytes) {
  // The well-formed sequences of Unicode 15, table 3-7.
  const auto byte = [&](std::size_t i) { return static_cast<unsigned char>(bytes[i]); };
  if (bytes.empty()) return 0;
  const auto first = byte(0);
  if (first < 0x80) return 1;
  if (first < 0xC2 || first > 0xF4) return 0;
  const std::size_t length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4;
  if (bytes.size() < length) return 0;
  const unsigned low = first == 0xE0 ? 0xA0 : first == 0xF0 ? 0x90 : 0x80;
  const unsigned high = first == 0xED ? 0x9F : first == 0xF4 ? 0x8F : 0xBF;
  if (byte(1) < low || byte(1) > high) return 0;
  for (std::size_t i = 2; i < length; ++i) {
    if ((byte(i) & 0xC0) != 0x80) return 0;
  }
  return length;
}

bool is_utf8(std::string_view bytes) {
  while (!bytes.empty()) {
    if (bytes.size() >= 8) {
      std::uint64_t word = 0;
      std::memcpy(&word, bytes.data(), sizeof(word));
      if ((word & 0x8080808080808080U) == 0) {
        bytes.remove_prefix(8);
        continue;
      }
    }
    const auto length = utf8_length(bytes);
    if (length == 0) return false;
    bytes.remove_prefix(length);
  }
  return true;
}

std::string excerpt(std::string_view text, std::size_t max_bytes) {
  static constexpr char hex[] = "0123456789abcdef";
  std::string out;
  while (!text.empty()) {
    const auto byte = static_cast<unsigned char>(text[0]);
    const auto length = utf8_length(text);
    std::string next;
    if (text[0] == '\n') {
      next = "\\n";
    } else if (text[0] == '\r') {
      next = "\\r";
    } else if (text[0] == '\t') {
      next = "\\t";
    } else if (text[0] == '\\') {
      next = "\\\\";
    } else if (length == 0 || byte < 0x20 || byte == 0x7F) {
      next = {'\\', 'x', hex[byte >> 4U], hex[byte & 15U]};
    } else if (length == 2 && byte == 0xC2 && static_cast<unsigned char>(text[1]) < 0xA0) {
      next = {'\\',
              'u',
              '0',
              '0',
              hex[static_cast<unsigned char>(text[1]) >> 4U],
              hex[static_cast<unsigned char>(text[1]) & 15U]};  // C1 controls move a terminal's cursor too
    } else {
      next = text.substr(0, length);
    }
    if (out.size() + next.size() > max_bytes) return out + "...";
    out += next;
    text.remove_prefix(length == 0 ? 1 : length);
  }
  return out;
}

std::vector<std::string_view> split(std::string_view text, char separator) {
  std::vector<std::string_view> parts;
  for (;;) {
    const auto end = text.find(separator);
    parts.push_back(text.substr(0, end));
    if (end == std::string_view::npos) return parts;
    text.remove_prefix(end + 1);
  }
}

std::string_view trim(std::string_view text) {
  while (!text.empty() && (text.front() == ' ' || text.front() == '\t')) text.remove_prefix(1);
  while (!text.empty() && (text.back() == ' ' || text.back() == '\t')) text.remove_suffix(1);
  return text;
}

std::optional<std::int64_t> parse_int(std::string_view text) {
  const auto digits = text.starts_with('-') ? text.substr(1) : text;
  if (digits.empty() || (digits.size() > 1 && digits[0] == '0')) return std::nullopt;
  std::int64_t value = 0;
  const auto* const end = text.data() + text.size();
  const auto [stop, error] = std::from_chars(text.data(), end, value);
  if (error != std::errc() || stop != end) return std::nullopt;
  return value;
}

std::optional<double> parse_number(std::string_view text) {
  const auto is_digit = [&](std::size_t i) { return i < text.size() && text[i] >= '0' && text[i] <= '9'; };
  const auto skip_digits = [&](std::size_t i) {
    while (is_digit(i)) ++i;
    return i;
  };
  // RFC 8259, 6: -?(0|[1-9][0-9]*)(.[0-9]+)?([eE][+-]?[0-9]+)?
  std::size_t i = text.starts_with('-') ? 1 : 0;
  if (!is_digit(i)) return std::nullopt;
  i = text[i] == '0' ? i + 1 : skip_digits(i);
  if (i < text.size() && text[i] == '.') {
    if (!is_digit(i + 1)) return std::nullopt;
    i = skip_digits(i + 1);
  }
  if (i < text.size() && (text[i] == 'e' || text[i] == 'E')) {
    ++i;
    if (i < text.size() && (text[i] == '+' || text[i] == '-')) ++i;
    if (!is_digit(i)) return std::nullopt;
    i = skip_digits(i);
  }
  if (i != text.size()) return std::nullopt;
  double value = 0;
  const auto [stop, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error == std::errc::result_out_of_range && text.find("e-") == std::string_view::npos &&
      text.find("E-") == std::string_view::npos) {
    return std::nullopt;  // beyond a double
  }
  return value;  // one too small for a double is 0
}

}  // namespace sluice
