#include "recording/message_line.h"

#include <fmt/format.h>

#include <array>
#include <charconv>
#include <cstring>

#include "base/json.h"
#include "base/text.h"
#include "message/topic_filter.h"
#include "recording/base64.h"

namespace sluice::recording {
namespace {

/// True for the bytes that end a run of a JSON text: its quote, an escape, a control character.
constexpr auto special = [] {
  std::array<bool, 256> table{};
  for (std::size_t byte = 0; byte < 0x20; ++byte) table[byte] = true;
  table['"'] = table['\\'] = true;
  return table;
}();

constexpr std::array<char, 256> escapes = [] {
  std::array<char, 256> table{};
  table['"'] = '"';
  table['\\'] = '\\';
  table['/'] = '/';
  table['b'] = '\b';
  table['f'] = '\f';
  table['n'] = '\n';
  table['r'] = '\r';
  table['t'] = '\t';
  return table;
}();

constexpr std::int64_t longest_us = std::int64_t{36'600} * 86'400 * 1'000'000;  // a century

std::size_t index(char byte) {
  return static_cast<unsigned char>(byte);
}

/// Reads a line in the very form in which it is written, from left to right; every function is false for anything else,
/// which then is read as JSON in general.
class Scan {
 public:
  explicit Scan(std::string_view line) : at_(line.data()), end_(line.data() + line.size()) {}

  bool at_end() const { return at_ == end_; }

  bool take(std::string_view text) {
    if (left() < text.size() || std::memcmp(at_, text.data(), text.size()) != 0) return false;
    at_ += text.size();
    return true;
  }

  template <class Number>
  bool number(Number& value) {
    if (at_ == end_ || *at_ < '0' || *at_ > '9' || (*at_ == '0' && left() > 1 && at_[1] >= '0' && at_[1] <= '9')) {
      return false;
    }
    const auto [stop, error] = std::from_chars(at_, end_, value);
    at_ = stop;
    return error == std::errc();
  }

  /// The text after its opening quote, and the closing one.
  bool text(std::string& out) {
    out.resize(left());  // what it may be at most
    auto* to = out.data();
    for (;;) {
      const auto* const from = at_;
      while (at_ < end_ && !special[index(*at_)]) ++at_;
      const auto run = static_cast<std::size_t>(at_ - from);
      std::memcpy(to, from, run);
      to += run;
      if (at_ == end_) return false;
      if (*at_ == '"') break;
      if (*at_ != '\\' || left() < 2) return false;
      const char letter = at_[1];
      if (letter == 'u') {
        if (!unicode(to)) return false;
        continue;
      }
      const char meant = escapes[index(letter)];
      if (meant == 0) return false;
      *to++ = meant;
      at_ += 2;
    }
    ++at_;
    out.resize(static_cast<std::size_t>(to - out.data()));
    return true;
  }

 private:
  std::size_t left() const { return static_cast<std::size_t>(end_ - at_); }

  /// \uXXXX, but for halves of a pair.
  bool unicode(char*& to) {
    if (left() < 6) return false;
    std::uint32_t code = 0;
    const auto [stop, error] = std::from_chars(at_ + 2, at_ + 6, code, 16);
    if (error != std::errc() || stop != at_ + 6 || (code >= 0xD800 && code < 0xE000)) return false;
    at_ += 6;
    const auto put = [&to](std::uint32_t byte) { *to++ = static_cast<char>(byte); };
    if (code < 0x80) {
      put(code);
    } else if (code < 0x800) {
      put(0xC0U | code >> 6U);
      put(0x80U | (code & 63U));
    } else {
      put(0xE0U | code >> 12U);
      put(0x80U | (code >> 6U & 63U));
      put(0x80U | (code & 63U));
    }
    return true;
  }

  const char* at_;
  const char* end_;
};

/// False for a line that is not in the usual form, or that has properties.
bool read_usual(std::string_view line, CapturedMessage& message, std::string& base64) {
  if (!is_utf8(line)) return false;
  Scan scan(line);
  std::int64_t us = 0;
  if (!scan.take(R"({"us":)") || !scan.number(us) || us > longest_us) return false;
  auto& what = message.message;
  if (!scan.take(R"(,"topic":")") || !scan.text(what.topic)) return false;
  what.qos = 0;
  if (scan.take(R"(,"qos":)") && (!scan.number(what.qos) || what.qos > 2)) return false;
  what.retain = scan.take(R"(,"retain":true)");
  if (scan.take(R"(,"payload":")")) {
    if (!scan.text(what.payload)) return false;
  } else if (scan.take(R"(,"b64":")")) {
    if (!scan.text(base64) || !read_base64(base64, what.payload)) return false;
  } else {
    what.payload.clear();
  }
  if (!scan.take("}") || !scan.at_end() || !message::is_topic_name(what.topic)) return false;
  message.time = std::chrono::microseconds(us);
  message.properties.reset();
  return true;
}

std::string shown(const Value* value) {
  return value == nullptr ? "nothing" : excerpt(to_json(*value), 60);
}

bool is_pair_of_texts(const Value& value) {
  if (!value.is_list() || value.as_list().size() != 2) return false;
  return value.as_list()[0].is_text() && value.as_list()[1].is_text();
}

/// Reads the members of an object, keeping the first thing that is wrong.
class MemberReader {
 public:
  explicit MemberReader(const Value& object) : object_(object) {}

  bool ok() const { return error_.empty(); }
  Expected<void> result() const {
    if (ok()) return {};
    return unexpected(error_);
  }

  std::int64_t integer(std::string_view name, std::int64_t least, std::int64_t most, std::int64_t otherwise) {
    const auto* value = object_.find(name);
    if (value == nullptr) return otherwise;
    if (value->is_int() && value->as_int() >= least && value->as_int() <= most) return value->as_int();
    fail(name, value, fmt::format("a whole number of {} to {}", least, most));
    return otherwise;
  }
  bool flag(std::string_view name) {
    const auto* value = object_.find(name);
    if (value == nullptr) return false;
    if (value->is_bool()) return value->as_bool();
    fail(name, value, "true or false");
    return false;
  }
  std::optional<std::string> text(std::string_view name) {
    const auto* value = object_.find(name);
    if (value == nullptr) return std::nullopt;
    if (value->is_text()) return std::string(value->as_text());
    fail(name, value, "a text");
    return std::nullopt;
  }
  std::optional<std::string> bytes(std::string_view name) {
    const auto base64 = text(name);
    if (!base64) return std::nullopt;
    std::string out;
    if (read_base64(*base64, out)) return out;
    fail(name, object_.find(name), "base64 with padding");
    return std::nullopt;
  }
  const Value* find(std::string_view name) const { return object_.find(name); }
  void fail(std::string_view name, const Value* found, std::string_view expected) {
    if (ok()) error_ = fmt::format("'{}' is {}, expected {}", name, shown(found), expected);
  }

 private:
  const Value& object_;
  std::string error_;
};

Expected<message::Properties> read_properties(const Value& value) {
  message::Properties properties;
  if (!value.is_object()) return unexpected("'properties' is " + shown(&value) + ", expected an object");
  MemberReader members(value);
  if (members.find("payload_is_utf8") != nullptr) properties.payload_is_utf8 = members.flag("payload_is_utf8");
  if (members.find("expiry_s") != nullptr) {
    properties.expiry_s = static_cast<std::uint32_t>(members.integer("expiry_s", 0, UINT32_MAX, 0));
  }
  properties.content_type = members.text("content_type");
  properties.response_topic = members.text("response_topic");
  properties.correlation = members.bytes("correlation_b64");
  if (const auto* user = members.find("user"); user != nullptr) {
    const bool list = user->is_list();
    if (!list) members.fail("user", user, "a list of [name, value]");
    for (std::size_t i = 0; list && members.ok() && i < user->as_list().size(); ++i) {
      const auto& pair = user->as_list()[i];
      if (is_pair_of_texts(pair)) {
        properties.user.emplace_back(pair.as_list()[0].as_text(), pair.as_list()[1].as_text());
      } else {
        members.fail("user", &pair, "[name, value], two texts");
      }
    }
  }
  if (const auto read = members.result(); !read) return tl::unexpected(read.error());
  return properties;
}

}  // namespace

Expected<void> read_message_line(std::string_view line, CapturedMessage& message) {
  static thread_local std::string base64;
  if (read_usual(line, message, base64)) return {};
  const auto value = parse_json(line);
  if (!value) return tl::unexpected(value.error());
  if (!value->is_object()) return unexpected("is " + shown(&*value) + ", expected a message as an object");
  MemberReader members(*value);
  if (members.find("us") == nullptr) members.fail("us", nullptr, "microseconds since the start");
  message.time = std::chrono::microseconds(members.integer("us", 0, longest_us, 0));
  auto& what = message.message;
  what.topic = members.text("topic").value_or("");
  if (members.ok() && !message::is_topic_name(what.topic)) members.fail("topic", members.find("topic"), "a topic name");
  what.qos = static_cast<int>(members.integer("qos", 0, 2, 0));
  what.retain = members.flag("retain");
  const bool is_text = members.find("payload") != nullptr;
  if (is_text && members.find("b64") != nullptr) members.fail("b64", members.find("b64"), "no b64 beside a payload");
  what.payload = (is_text ? members.text("payload") : members.bytes("b64")).value_or("");
  message.properties.reset();
  if (const auto* given = members.find("properties"); given != nullptr && members.ok()) {
    auto properties = read_properties(*given);
    if (!properties) return tl::unexpected(properties.error());
    if (!properties->empty()) message.properties = std::move(*properties);
  }
  return members.result();
}

}  // namespace sluice::recording
