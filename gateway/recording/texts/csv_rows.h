#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "base/expected.h"
#include "recording/capture_input.h"

namespace sluice::recording {

/// The rows of a CSV file (RFC 4180): fields in quotes may hold commas, line breaks and doubled quotes; a quote within
/// an unquoted field is a character like any other. Rows with nothing in them are passed over.
///
/// Threads: one. Memory: one row, at most `longest`.
class CsvRows {
 public:
  static constexpr std::size_t longest = std::size_t{512} << 20;

  /// `input` must outlive this.
  explicit CsvRows(CaptureInput& input) : input_(input) {}

  /// Reads the next row; false at the end.
  ///
  /// Error: a row that is too long or ends within quotes, with its line.
  Expected<bool> next();
  const std::vector<std::string>& fields() const { return fields_; }
  /// The line where the row begins, counted from 1.
  std::uint64_t line() const { return begin_line_; }
  std::string where() const;

 private:
  enum class State : std::uint8_t { begin, plain, quoted, quote };

  bool fill();
  bool read_row();
  bool read(char c);

  CaptureInput& input_;
  std::string chunk_;
  std::size_t chunk_at_ = 0;
  std::vector<std::string> fields_;
  State state_ = State::begin;
  std::size_t size_ = 0;
  bool too_long_ = false;
  std::uint64_t line_ = 1;
  std::uint64_t begin_line_ = 1;
};

}  // namespace sluice::recording
