#include "recording/texts/json_objects.h"

#include <utility>

namespace sluice::recording {
namespace {

constexpr std::size_t chunk_bytes = 64U << 10;

bool is_space(char c) {
  return c == ' ' || c == '\t' || c == '\n' || c == '\r';
}

}  // namespace

JsonObjects::JsonObjects(CaptureInput& input, std::string within) : input_(input), within_(std::move(within)) {}

bool JsonObjects::fill() {
  chunk_.resize(chunk_bytes);
  chunk_.resize(input_.read(chunk_.data(), chunk_.size()));
  chunk_at_ = 0;
  return !chunk_.empty();
}

Expected<bool> JsonObjects::next() {
  text_.clear();
  while (chunk_at_ < chunk_.size() || fill()) {
    const char c = chunk_[chunk_at_++];
    if (c == '\n') end_line();
    const auto step = read(c);
    if (c != '\n') {
      only_space_ = only_space_ && is_space(c);
      if (only_space_) ++column_;
    }
    if (step == Step::object) return true;
    if (step == Step::fault) return unexpected(where(), std::string(why_));
  }
  if (!std::exchange(reading_, false)) return false;
  text_.clear();
  return unexpected(where(), input_.fault().empty() ? "the capture ends within this message" : input_.fault());
}

void JsonObjects::end_line() {
  if (only_space_ && !reading_) ++blank_lines_;
  ++line_;
  only_space_ = true;
  column_ = 0;
}

std::string JsonObjects::where() const {
  return input_.name() + ":" + std::to_string(begin_line_);
}

JsonObjects::Step JsonObjects::read(char c) {
  if (lost_) {
    if (!may_resume(c)) return Step::more;
    lost_ = false;
    nesting_ = within_.empty() ? "" : "*";
  }
  if (!reading_) begin_line_ = line_;
  if (reading_ && !(is_space(c) && text_.empty())) text_.push_back(c);
  if (text_.size() > longest) return fail("the object is larger than an MQTT message can be");
  if (in_string_) return read_string(c);
  if (c == '"') {
    in_string_ = true;
    name_.clear();
    return Step::more;
  }
  if (c == '{' || c == '[') return open(c);
  if (c == '}' || c == ']') return close(c);
  if (nesting_.empty() && !is_space(c) && c != ',') return fail("no JSON object begins so");
  return Step::more;
}

JsonObjects::Step JsonObjects::read_string(char c) {
  if (c == '\n') return fail("a line break within a JSON text");
  if (escaped_) {
    escaped_ = false;
  } else if (c == '\\') {
    escaped_ = true;
  } else if (c == '"') {
    in_string_ = false;
    return Step::more;
  }
  if (name_.size() <= within_.size()) name_.push_back(c);
  return Step::more;
}

JsonObjects::Step JsonObjects::open(char c) {
  if (nesting_.size() >= deepest) return fail("nested deeper than any message");
  if (c == '{' && !reading_ && begins_object()) {
    reading_ = true;
    base_ = nesting_.size();
    text_ = c;
    if (!has_column_) object_column_ = only_space_ ? column_ : 0;
    has_column_ = true;
  }
  const bool messages = c == '[' && !within_.empty() && name_ == within_;
  nesting_.push_back(messages ? '*' : c);
  name_.clear();
  return Step::more;
}

bool JsonObjects::begins_object() const {
  if (!within_.empty()) return !nesting_.empty() && nesting_.back() == '*';
  return nesting_.find('{') == std::string::npos;
}

JsonObjects::Step JsonObjects::close(char c) {
  const bool fits = !nesting_.empty() && (nesting_.back() == '{') == (c == '}');
  if (!fits) return fail(c == '}' ? "'}' closes what is not open" : "']' closes what is not open");
  nesting_.pop_back();
  name_.clear();
  if (!reading_ || nesting_.size() != base_) return Step::more;
  reading_ = false;
  return Step::object;
}

bool JsonObjects::may_resume(char c) {
  return c == '{' && only_space_ && column_ == object_column_;
}

JsonObjects::Step JsonObjects::fail(std::string_view why) {
  why_ = why;
  lost_ = true;
  reading_ = in_string_ = escaped_ = false;
  text_.clear();
  return Step::fault;
}

}  // namespace sluice::recording
