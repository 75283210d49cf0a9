#include "recording/texts/csv_rows.h"

namespace sluice::recording {
namespace {

constexpr std::size_t chunk_bytes = 64U << 10;

}  // namespace

bool CsvRows::fill() {
  chunk_.resize(chunk_bytes);
  chunk_.resize(input_.read(chunk_.data(), chunk_.size()));
  chunk_at_ = 0;
  return !chunk_.empty();
}

std::string CsvRows::where() const {
  return input_.name() + ":" + std::to_string(begin_line_);
}

Expected<bool> CsvRows::next() {
  while (read_row()) {
    if (too_long_) return unexpected(where(), "the row is longer than an MQTT message can be");
    if (state_ == State::quoted) {
      return unexpected(where(), input_.fault().empty() ? "the capture ends within quotes" : input_.fault());
    }
    if (fields_.size() > 1 || !fields_[0].empty()) return true;
  }
  return false;
}

/// False at the end.
bool CsvRows::read_row() {
  fields_.assign(1, {});
  state_ = State::begin;
  size_ = 0;
  too_long_ = false;
  begin_line_ = line_;
  bool any = false;
  while (chunk_at_ < chunk_.size() || fill()) {
    any = true;
    if (read(chunk_[chunk_at_++])) return true;
  }
  return any;
}

/// True when the row ends with `c`.
bool CsvRows::read(char c) {
  if (c == '\n') ++line_;
  if (++size_ > longest && !too_long_) {
    too_long_ = true;
    state_ = State::plain;  // the next line is looked for
    fields_.assign(1, {});
  }
  auto& field = fields_.back();
  if (state_ == State::quoted) {
    if (c == '"') {
      state_ = State::quote;
    } else {
      field.push_back(c);
    }
    return false;
  }
  if (c == '\n') {
    if (state_ != State::quote && field.ends_with('\r')) field.pop_back();
    return true;
  }
  if (too_long_) return false;
  if (c == ',') {
    fields_.emplace_back();
    state_ = State::begin;
  } else if (c == '"' && state_ != State::plain) {
    if (state_ == State::quote) field.push_back('"');
    state_ = State::quoted;
  } else if (state_ != State::quote || c != '\r') {
    field.push_back(c);
    state_ = State::plain;
  }
  return false;
}

}  // namespace sluice::recording
