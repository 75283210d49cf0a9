#include <array>
#include <charconv>
#include <cmath>
#include <cstring>

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

/// The end of a text under way: gathers pieces so that the text grows seldom.
class Pen {
 public:
  explicit Pen(std::string& out) : out_(out) {}
  Pen(const Pen&) = delete;
  Pen& operator=(const Pen&) = delete;
  ~Pen() { flush(); }

  void put(char byte) {
    if (at_ == buffer_.size()) flush();
    buffer_[at_++] = byte;
  }
  void put(std::string_view text) {
    if (text.size() > buffer_.size() - at_) {
      flush();
      if (text.size() > buffer_.size()) {
        out_.append(text);
        return;
      }
    }
    std::memcpy(buffer_.data() + at_, text.data(), text.size());
    at_ += text.size();
  }
  /// Room for a number: `write(begin, end)` gives where it ended.
  template <class Write>
  void put_digits(const Write& write) {
    constexpr std::size_t longest = 32;
    if (buffer_.size() - at_ < longest) flush();
    auto* const begin = buffer_.data() + at_;
    at_ += static_cast<std::size_t>(write(begin, begin + longest) - begin);
  }

 private:
  void flush() {
    out_.append(buffer_.data(), at_);
    at_ = 0;
  }

  std::string& out_;
  std::array<char, 512> buffer_;
  std::size_t at_ = 0;
};

void write_escape(char byte, Pen& out) {
  static constexpr char hex[] = "0123456789abcdef";
  switch (byte) {
    case '"':
      return out.put("\\\"");
    case '\\':
      return out.put("\\\\");
    case '\n':
      return out.put("\\n");
    case '\r':
      return out.put("\\r");
    case '\t':
      return out.put("\\t");
    default:
      out.put("\\u00");
      out.put(hex[static_cast<unsigned char>(byte) >> 4U]);
      out.put(hex[static_cast<unsigned char>(byte) & 15U]);
  }
}

template <class... Format>
void write_digits(Pen& out, Format... number) {
  out.put_digits([&](char* begin, char* end) { return std::to_chars(begin, end, number...).ptr; });
}

/// Writes a number of few decimals, as sensors send them, and says so; leaves all others alone.
///
/// Where n / 10^k, which is rounded once, is the number, so is the text of it read back; the least such k gives the
/// shortest text, for no two texts of fifteen digits are one double.
bool write_few_decimals(double number, Pen& out) {
  constexpr std::array<std::int64_t, 4> scales{10, 100, 1000, 10000};
  const double size = std::fabs(number);
  if (size >= 1e11) return false;  // times the largest scale: fifteen digits
  for (std::size_t decimals = 1; decimals <= scales.size(); ++decimals) {
    const auto scale = scales[decimals - 1];
    const auto scaled = static_cast<std::int64_t>(size * static_cast<double>(scale) + 0.5);
    if (static_cast<double>(scaled) / static_cast<double>(scale) != size) continue;
    out.put_digits([&](char* at, char* end) {
      if (number < 0) *at++ = '-';
      at = std::to_chars(at, end, scaled / scale).ptr;
      *at++ = '.';
      auto rest = scaled % scale;
      for (auto i = decimals; i > 0; --i, rest /= 10) at[i - 1] = static_cast<char>('0' + rest % 10);
      return at + decimals;
    });
    return true;
  }
  return false;
}

void write_number(double number, Pen& out) {
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

void write(std::string_view text, Pen& out) {
  out.put('"');
  std::size_t i = 0;
  while (i < text.size()) {
    const auto start = i;
    while (i < text.size() && is_plain(text[i])) ++i;
    out.put(text.substr(start, i - start));
    if (i == text.size()) break;
    if (static_cast<unsigned char>(text[i]) < 0x80) {
      write_escape(text[i], out);
      ++i;
      continue;
    }
    const auto length = utf8_length(text.substr(i));
    const auto character = text.substr(i, length);
    if (length == 0) {
      out.put("\xEF\xBF\xBD");  // U+FFFD
    } else if (character == "\xE2\x80\xA8") {
      out.put("\\u2028");
    } else if (character == "\xE2\x80\xA9") {
      out.put("\\u2029");
    } else {
      out.put(character);
    }
    i += length == 0 ? 1 : length;
  }
  out.put('"');
}

void write(const Value& value, Pen& out) {
  switch (value.kind()) {
    case Value::Kind::null:
      return out.put("null");
    case Value::Kind::boolean:
      return out.put(value.as_bool() ? "true" : "false");
    case Value::Kind::integer:
      return write_digits(out, value.as_int());
    case Value::Kind::number:
      return write_number(value.as_number(), out);
    case Value::Kind::text:
      return write(value.as_text(), out);
    case Value::Kind::list: {
      char before = '[';
      for (const auto& element : value.as_list()) {
        out.put(before);
        before = ',';
        write(element, out);
      }
      if (before == '[') out.put('[');
      return out.put(']');
    }
    case Value::Kind::object: {
      char before = '{';
      for (const auto& member : value.as_object()) {
        out.put(before);
        before = ',';
        write(member.key(), out);
        out.put(':');
        write(member.value, out);
      }
      if (before == '{') out.put('{');
      return out.put('}');
    }
  }
}

}  // namespace

void write_json_text(std::string_view text, std::string& out) {
  Pen pen(out);
  write(text, pen);
}

void write_json(const Value& value, std::string& out) {
  Pen pen(out);
  write(value, pen);
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
