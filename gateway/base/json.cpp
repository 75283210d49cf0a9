#include "base/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <unordered_map>

#include "base/text.h"

namespace sluice {
namespace {

namespace ondemand = simdjson::ondemand;

/// A parser and the padded copy of the text it reads; grown as needed, one a thread.
class Reader {
 public:
  ondemand::parser parser;

  simdjson::padded_string_view pad(std::string_view text) {
    const auto needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (capacity_ < needed) {
      capacity_ = needed * 2;
      buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    if (!text.empty()) std::memcpy(buffer_.get(), text.data(), text.size());
    std::memset(buffer_.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return simdjson::padded_string_view(buffer_.get(), text.size(), capacity_);
  }

 private:
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
};

constexpr std::size_t largest_kept = std::size_t{4} << 20;  // a thread keeps no buffers for longer texts
constexpr std::size_t few_members = 16;                     // more are searched for duplicates by hash

std::string sentence(simdjson::error_code error) {
  switch (error) {
    case simdjson::UTF8_ERROR:
      return "bad UTF-8";
    case simdjson::EMPTY:
      return "nothing there";
    case simdjson::UNCLOSED_STRING:
      return "a text without its closing quote";
    case simdjson::UNESCAPED_CHARS:
      return "a control character in a text";
    case simdjson::STRING_ERROR:
      return "a bad escape in a text";
    case simdjson::NUMBER_ERROR:
      return "a bad number";
    case simdjson::INCOMPLETE_ARRAY_OR_OBJECT:
      return "a list or object is not closed";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "a bad word: true, false or null expected";
    default:
      return "a wrong character";
  }
}

/// One walk over one text. Functions return false once `error_` or `message_` says why.
class Walk {
 public:
  explicit Walk(int max_depth) : max_depth_(max_depth) {}

  bool read(ondemand::document& document, Value& out) {
    ondemand::json_type type{};
    if (!take(document.type(), type)) return false;
    if (type == ondemand::json_type::array || type == ondemand::json_type::object) {
      ondemand::value value;
      if (!take(document.get_value(), value) || !read(value, type, out, 1)) return false;
    } else if (!read_scalar(document, type, out)) {
      return false;
    }
    // simdjson knows a place only while something is left.
    return document.current_location().error() != simdjson::SUCCESS || fail("more after the end");
  }

  Error error(ondemand::document& document, const char* start, std::size_t length) const {
    if (!message_.empty()) return {{}, "not JSON: " + message_};
    const char* place = nullptr;
    const bool placed = document.current_location().get(place) == simdjson::SUCCESS && place >= start &&
                        place <= start + length && error_ != simdjson::UTF8_ERROR;
    if (!placed) return {{}, "not JSON: " + sentence(error_)};
    return {{}, fmt::format("not JSON: {} at byte {}", sentence(error_), place - start)};
  }

 private:
  template <class Result, class T>
  bool take(Result&& result, T& out) {
    error_ = std::forward<Result>(result).get(out);
    return error_ == simdjson::SUCCESS;
  }

  bool fail(std::string message) {
    message_ = std::move(message);
    return false;
  }

  template <class Source>  // a document or a value
  bool read_scalar(Source& source, ondemand::json_type type, Value& out) {
    switch (type) {
      case ondemand::json_type::number:
        return read_number(source, out);
      case ondemand::json_type::string: {
        std::string_view text;
        if (!take(source.get_string(), text)) return false;
        out = Value(text);
        return true;
      }
      case ondemand::json_type::boolean: {
        bool value = false;
        if (!take(source.get_bool(), value)) return false;
        out = Value(value);
        return true;
      }
      default:
        if (!source.is_null()) {
          error_ = simdjson::N_ATOM_ERROR;
          return false;
        }
        out = Value();
        return true;
    }
  }

  template <class Source>
  bool read_number(Source& source, Value& out) {
    ondemand::number number;
    if (source.get_number().get(number) == simdjson::SUCCESS) {
      if (number.is_int64()) {
        out = Value(number.get_int64());
      } else {
        out = Value(number.as_double());
      }
      return true;
    }
    // simdjson refuses integers beyond 64 bits, which are numbers all the same.
    std::string_view token;
    if (!take(raw_token(source), token)) return false;
    while (!token.empty() &&
           (token.back() == ' ' || token.back() == '\t' || token.back() == '\n' || token.back() == '\r')) {
      token.remove_suffix(1);
    }
    const auto value = parse_number(token);
    if (!value) return fail("'" + excerpt(token, 40) + "' is no number, or beyond a double");
    out = Value(*value);
    return true;
  }

  static simdjson::simdjson_result<std::string_view> raw_token(ondemand::document& document) {
    return document.raw_json_token();
  }
  static simdjson::simdjson_result<std::string_view> raw_token(ondemand::value& value) {
    return value.raw_json_token();
  }

  bool read(ondemand::value value, ondemand::json_type type, Value& out, int depth) {
    if (type == ondemand::json_type::array) return read_list(value, out, depth);
    if (type == ondemand::json_type::object) return read_object(value, out, depth);
    return read_scalar(value, type, out);
  }

  bool read_list(ondemand::value& value, Value& out, int depth) {
    if (depth > max_depth_) return fail(fmt::format("nested deeper than {} levels", max_depth_));
    ondemand::array array;
    if (!take(value.get_array(), array)) return false;
    Value::List list;
    for (auto result : array) {
      ondemand::value element;
      ondemand::json_type type{};
      if (!take(std::move(result), element) || !take(element.type(), type)) return false;
      if (!read(element, type, list.emplace_back(), depth + 1)) return false;
    }
    out = Value(std::move(list));
    return true;
  }

  bool read_object(ondemand::value& value, Value& out, int depth) {
    if (depth > max_depth_) return fail(fmt::format("nested deeper than {} levels", max_depth_));
    ondemand::object object;
    if (!take(value.get_object(), object)) return false;
    Value::Object members;
    std::unordered_map<std::string, std::size_t> places;  // filled only once there are many
    for (auto result : object) {
      ondemand::field field;
      std::string_view name;
      if (!take(std::move(result), field) || !take(field.unescaped_key(), name)) return false;
      ondemand::json_type type{};
      auto element = field.value();
      auto& member = place(members, places, name);
      if (!take(element.type(), type) || !read(element, type, member, depth + 1)) return false;
    }
    out = Value(std::move(members));
    return true;
  }

  /// The member to write: a new one, or the first of that name.
  static Value& place(Value::Object& members, std::unordered_map<std::string, std::size_t>& places,
                      std::string_view name) {
    if (members.size() < few_members) {
      for (auto& member : members) {
        if (member.key() == name) return member.value;
      }
    } else {
      if (places.empty()) {
        for (std::size_t i = 0; i < members.size(); ++i) places.emplace(members[i].key(), i);
      }
      const auto [known, added] = places.emplace(name, members.size());
      if (!added) return members[known->second].value;
    }
    return members.emplace_back(Value(name), Value()).value;
  }

  int max_depth_;
  simdjson::error_code error_ = simdjson::SUCCESS;
  std::string message_;
};

Expected<Value> parse(Reader& reader, std::string_view text, int max_depth) {
  const auto padded = reader.pad(text);
  ondemand::document document;
  if (const auto error = reader.parser.iterate(padded).get(document)) {
    return unexpected("not JSON: " + sentence(error));
  }
  Walk walk(max_depth);
  Value value;
  if (!walk.read(document, value)) return tl::unexpected(walk.error(document, padded.data(), text.size()));
  return value;
}

}  // namespace

Expected<Value> parse_json(std::string_view text, int max_depth) {
  if (text.size() > largest_kept) {
    Reader reader;
    return parse(reader, text, max_depth);
  }
  static thread_local Reader reader;
  return parse(reader, text, max_depth);
}

}  // namespace sluice
