#include "base/json.h"

#include <fmt/format.h>
#include <simdjson.h>

#include <cstring>
#include <memory>
#include <unordered_map>

#include "base/json_numbers.h"

namespace sluice {
namespace {

namespace dom = simdjson::dom;

/// A parser and the padded copy of the text it reads; grown as needed, one a thread.
///
/// The DOM parser, not the on-demand one: that one checks only what is asked of it, and lets `nullx` through.
class Reader {
 public:
  simdjson::simdjson_result<dom::element> parse(std::string_view text) {
    const auto needed = text.size() + simdjson::SIMDJSON_PADDING;
    if (capacity_ < needed) {
      capacity_ = needed * 2;
      buffer_ = std::make_unique_for_overwrite<char[]>(capacity_);
    }
    if (!text.empty()) std::memcpy(buffer_.get(), text.data(), text.size());
    std::memset(buffer_.get() + text.size(), ' ', simdjson::SIMDJSON_PADDING);
    return parser_.parse(buffer_.get(), text.size(), false);
  }

 private:
  dom::parser parser_;
  std::unique_ptr<char[]> buffer_;
  std::size_t capacity_ = 0;
};

constexpr std::size_t largest_kept = std::size_t{4} << 20;  // a thread keeps no buffers for longer texts

/// "" for what can only be said with its place.
std::string_view sentence(simdjson::error_code error) {
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
      return "a text with a bad escape or no closing quote";
    case simdjson::T_ATOM_ERROR:
    case simdjson::F_ATOM_ERROR:
    case simdjson::N_ATOM_ERROR:
      return "a word that is not true, false or null";
    case simdjson::CAPACITY:
      return "too long";
    default:
      return "";
  }
}

/// Copies what simdjson has read.
class Copy {
 public:
  explicit Copy(int max_depth) : max_depth_(max_depth) {}

  /// True once something lay too deep; the copy is then not whole.
  bool too_deep() const { return too_deep_; }

  Value read(dom::element element, int depth) {
    switch (element.type()) {
      case dom::element_type::ARRAY:
        return enter(depth) ? read_list(element.get_array().value_unsafe(), depth) : Value();
      case dom::element_type::OBJECT:
        return enter(depth) ? read_object(element.get_object().value_unsafe(), depth) : Value();
      case dom::element_type::INT64:
        return element.get_int64().value_unsafe();
      case dom::element_type::UINT64:
        return static_cast<double>(element.get_uint64().value_unsafe());
      case dom::element_type::DOUBLE:
        return element.get_double().value_unsafe();
      case dom::element_type::STRING:
        return element.get_string().value_unsafe();
      case dom::element_type::BOOL:
        return element.get_bool().value_unsafe();
      case dom::element_type::NULL_VALUE:
        break;
    }
    return {};
  }

 private:
  bool enter(int depth) {
    too_deep_ = too_deep_ || depth > max_depth_;
    return !too_deep_;
  }

  Value read_list(dom::array array, int depth) {
    auto value = Value::list_with_room(array.size());
    auto& list = value.as_list();
    for (const auto element : array) {
      if (element.is_int64()) {
        list.emplace_back(element.get_int64().value_unsafe());
      } else {
        list.push_back(read(element, depth + 1));
      }
    }
    return value;
  }

  Value read_object(dom::object object, int depth) {
    auto value = Value::object_with_room(object.size() + (depth == 1 ? room_for_more : 0));
    auto& members = value.as_object();
    if (object.size() <= few_members) {
      for (const auto [name, element] : object) find_or_add(members, name) = read(element, depth + 1);
    } else {  // from outside, so never in the square of their number
      std::unordered_map<std::string_view, std::size_t> places;
      for (const auto [name, element] : object) {
        const auto [known, added] = places.emplace(name, members.size());
        if (added) members.push_back({Value(name), Value()});
        members[known->second].value = read(element, depth + 1);
      }
    }
    return value;
  }

  static constexpr std::size_t few_members = 16;
  static constexpr std::size_t room_for_more = 4;  // who reads a message adds to it

  static Value& find_or_add(Value::Object& members, std::string_view name) {
    Value text(name);
    for (auto& member : members) {
      if (Value::same_text(member.name, text)) return member.value;
    }
    members.push_back({std::move(text), Value()});
    return members.back().value;
  }

  int max_depth_;
  bool too_deep_ = false;
};

Expected<Value> too_deep(int max_depth) {
  return unexpected(fmt::format("not JSON: nested deeper than {} levels", max_depth));
}

Expected<Value> parse(Reader& reader, std::string_view text, int max_depth) {
  dom::element root;
  const auto error = reader.parse(text).get(root);
  if (error == simdjson::NUMBER_ERROR) return parse_json_numbers(text, max_depth);
  if (error == simdjson::DEPTH_ERROR) return too_deep(max_depth);
  if (error) {
    if (sentence(error).empty()) {
      if (auto placed = parse_json_numbers(text, max_depth); !placed) return placed;  // it knows the place
      return unexpected("not JSON");
    }
    return unexpected(fmt::format("not JSON: {}", sentence(error)));
  }
  Copy copy(max_depth);
  auto value = copy.read(root, 1);
  if (copy.too_deep()) return too_deep(max_depth);
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
