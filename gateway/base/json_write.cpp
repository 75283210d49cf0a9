#include <array>
#include <charconv>
#include <cmath>

#include "base/json.h"
#include "base/text.h"

namespace sluice {
namespace {

/// True for the bytes that stand in a JSON string as they are.
constexpr auto plain = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0x20; byte < 0x80; ++byte) table[byte] = byte != '"' && byte != '\\';
  return table;
}();

bool is_plain(char byte) {
  return plain[static_cast<unsigned char>(byte)];
}

void write_escape(char byte, std::string& out) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      out += "\\\"";
      break;
    case '\\':
      out += "\\\\";
      break;
    case '\n':
      out += "\\n";
      break;
    case '\r':
      out += "\\r";
      break;
    case '\t':
      out += "\\t";
      break;
    default:
      out += "\\u00";
      out += hex[static_cast<unsigned char>(byte) >> 4U];
      out += hex[static_cast<unsigned char>(byte) & 15U];
  }
}

template <class... Format>
void write_digits(std::string& out, Format... number) {
  std::array<char, 32> digits;
  const auto end = std::to_chars(digits.data(), digits.data() + digits.size(), number...).ptr;
  out.append(digits.data(), static_cast<std::size_t>(end - digits.data()));
}

/// Writes a number of few decimals, as sensors send them, and says so; leaves all others alone.
///
/// Where n / 10^k, which is rounded once, is the number, so is the text of it read back; the least such k gives the
/// shortest text, for no two texts of fifteen digits are one double.
bool write_few_decimals(double number, std::string& out) {
  constexpr std::array<std::int64_t, 4> scales{10, 100, 1000, 10000};
  const double size = std::fabs(number);
  if (size >= 1e11) return false;  // times the largest scale: fifteen digits
  for (std::size_t decimals = 1; decimals <= scales.size(); ++decimals) {
    const auto scale = scales[decimals - 1];
    const auto scaled = static_cast<std::int64_t>(size * static_cast<double>(scale) + 0.5);
    if (static_cast<double>(scaled) / static_cast<double>(scale) != size) continue;
    std::array<char, 32> text;
    auto* end = text.data();
    if (number < 0) *end++ = '-';
    end = std::to_chars(end, text.data() + text.size(), scaled / scale).ptr;
    *end++ = '.';
    auto rest = scaled % scale;
    for (auto i = decimals; i > 0; --i, rest /= 10) end[i - 1] = static_cast<char>('0' + rest % 10);
    out.append(text.data(), static_cast<std::size_t>(end - text.data()) + decimals);
    return true;
  }
  return false;
}

void write_number(double number, std::string& out) {
  constexpr double whole_limit = 9007199254740992.0;  // 2^53: up to here each whole number is one double
  const double size = std::fabs(number);
  if (size < whole_limit && number == std::trunc(number)) {
    write_digits(out, static_cast<std::int64_t>(number));
  } else if (write_few_decimals(number, out)) {
    return;
  } else if (size >= 1e-6 && size < 1e21) {
    write_digits(out, number, std::chars_format::fixed);  // as ECMAScript's Number::toString does
  } else {
    write_digits(out, number);
  }
}

}  // namespace

void write_json_text(std::string_view text, std::string& out) {
  out += '"';
  std::size_t i = 0;
  while (i < text.size()) {
    const auto start = i;
    while (i < text.size() && is_plain(text[i])) ++i;
    out.append(text, start, i - start);
    if (i == text.size()) break;
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      write_escape(text[i], out);
      ++i;
      continue;
    }
    const auto length = utf8_length(text.substr(i));
    const auto character = text.substr(i, length);
    if (length == 0) {
      out += "\xEF\xBF\xBD";  // U+FFFD
    } else if (character == "\xE2\x80\xA8") {
      out += "\\u2028";
    } else if (character == "\xE2\x80\xA9") {
      out += "\\u2029";
    } else {
      out += character;
    }
    i += length == 0 ? 1 : length;
  }
  out += '"';
}

void write_json(const Value& value, std::string& out) {
  switch (value.kind()) {
    case Value::Kind::null:
      out += "null";
      break;
    case Value::Kind::boolean:
      out += value.as_bool() ? "true" : "false";
      break;
    case Value::Kind::integer:
      write_digits(out, value.as_int());
      break;
    case Value::Kind::number:
      write_number(value.as_number(), out);
      break;
    case Value::Kind::text:
      write_json_text(value.as_text(), out);
      break;
    case Value::Kind::list: {
      char before = '[';
      for (const auto& element : value.as_list()) {
        out += before;
        before = ',';
        write_json(element, out);
      }
      if (before == '[') out += '[';
      out += ']';
      break;
    }
    case Value::Kind::object: {
      char before = '{';
      for (const auto& member : value.as_object()) {
        out += before;
        before = ',';
        write_json_text(member.key(), out);
        out += ':';
        write_json(member.value, out);
      }
      if (before == '{') out += '{';
      out += '}';
      break;
    }
  }
}

std::string to_json(const Value& value) {
  std::string out;
  write_json(value, out);
  return out;
}

namespace {

void write_pretty(const Value& value, std::size_t indent, std::string& out) {
  const auto new_line = [&](std::size_t spaces) { out.append("\n").append(spaces, ' '); };
  if (value.is_list() && !value.as_list().empty()) {
    char before = '[';
    for (const auto& element : value.as_list()) {
      out += before;
      before = ',';
      new_line(indent + 2);
      write_pretty(element, indent + 2, out);
    }
    new_line(indent);
    out += ']';
  } else if (value.is_object() && !value.as_object().empty()) {
    char before = '{';
    for (const auto& member : value.as_object()) {
      out += before;
      before = ',';
      new_line(indent + 2);
      write_json_text(member.key(), out);
      out += ": ";
      write_pretty(member.value, indent + 2, out);
    }
    new_line(indent);
    out += '}';
  } else {
    write_json(value, out);
  }
}

}  // namespace

std::string to_pretty_json(const Value& value) {
  std::string out;
  write_pretty(value, 0, out);
  return out + "\n";
}

}  // namespace sluice
