#include "base/json_numbers.h"

#include <fmt/format.h>

#include <limits>
#include <nlohmann/json.hpp>
#include <unordered_map>

#include "base/text.h"

namespace sluice {
namespace {

/// Builds a Value from nlohmann's events; its functions have the names and the forms that nlohmann asks for.
class ValueBuilder {
 public:
  using Json = nlohmann::json;
  explicit ValueBuilder(std::size_t max_depth) : max_depth_(max_depth) {}

  Value take() { return std::move(root_); }
  const std::string& error() const { return error_; }

  bool null() { return add(Value()); }
  bool boolean(bool value) { return add(Value(value)); }
  bool number_integer(Json::number_integer_t value) { return add(Value(std::int64_t{value})); }
  bool number_unsigned(Json::number_unsigned_t value) {
    constexpr auto most = static_cast<Json::number_unsigned_t>(std::numeric_limits<std::int64_t>::max());
    return add(value > most ? Value(static_cast<double>(value)) : Value(static_cast<std::int64_t>(value)));
  }
  bool number_float(Json::number_float_t value, const Json::string_t&) { return add(Value(value)); }
  bool string(const Json::string_t& text) { return add(Value(text)); }
  bool binary(const Json::binary_t&) { return false; }  // not in JSON text
  bool start_object(std::size_t) { return open(false); }
  bool start_array(std::size_t) { return open(true); }
  bool key(const Json::string_t& name) {
    stack_.back().name = name;
    return true;
  }
  bool end_object() { return close(); }
  bool end_array() { return close(); }
  bool parse_error(std::size_t position, const std::string& token, const Json::exception& error) {
    error_ = error.id == out_of_range ? fmt::format("'{}' is beyond a double", excerpt(token, 40))
                                      : fmt::format("a wrong or missing character at byte {}", position);
    return false;
  }

 private:
  static constexpr int out_of_range = 406;
  struct Open {
    bool is_list;
    Value::List list;
    Value::Object members;
    std::unordered_map<std::string, std::size_t> places;
    std::string name;
  };

  bool open(bool is_list) {
    if (stack_.size() >= max_depth_) {
      error_ = fmt::format("nested deeper than {} levels", max_depth_);
      return false;
    }
    stack_.push_back({is_list, {}, {}, {}, {}});
    return true;
  }

  bool close() {
    auto closed = std::move(stack_.back());
    stack_.pop_back();
    return add(closed.is_list ? Value(std::move(closed.list)) : Value(std::move(closed.members)));
  }

  bool add(Value value) {
    if (stack_.empty()) {
      root_ = std::move(value);
      return true;
    }
    auto& parent = stack_.back();
    if (parent.is_list) {
      parent.list.push_back(std::move(value));
      return true;
    }
    const auto [known, added] = parent.places.emplace(parent.name, parent.members.size());
    if (added) {
      parent.members.push_back({Value(parent.name), std::move(value)});
    } else {
      parent.members[known->second].value = std::move(value);
    }
    return true;
  }

  std::size_t max_depth_;
  Value root_;
  std::vector<Open> stack_;
  std::string error_;
};

}  // namespace

Expected<Value> parse_json_numbers(std::string_view text, int max_depth) {
  ValueBuilder builder(static_cast<std::size_t>(max_depth));
  if (!nlohmann::json::sax_parse(text, &builder)) return unexpected("not JSON: " + builder.error());
  return builder.take();
}

}  // namespace sluice
