#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "recording/capture_input.h"

namespace sluice::recording {

/// The lines of a capture, one after the other, without the LF or CRLF that ends each.
///
/// Threads: one. Memory: the longest line, at most `longest_line`.
class LineReader {
 public:
  static constexpr std::size_t longest_line = std::size_t{64} << 20;

  /// `input` must outlive this.
  explicit LineReader(CaptureInput& input, std::size_t longest = longest_line);

  /// Reads the next line; false at the end. A line beyond the longest is cut there and too_long(); the rest of it is
  /// skipped.
  bool next();
  /// Valid until the next call of next().
  std::string_view line() const { return line_; }
  /// The line's number, counted from 1.
  std::uint64_t number() const { return number_; }
  bool too_long() const { return too_long_; }
  /// True when the line has no LF: it is the last one, and perhaps torn.
  bool torn() const { return torn_; }
  /// "file:12"
  std::string where() const;

 private:
  bool more();
  bool cut();

  CaptureInput& input_;
  std::size_t longest_;
  std::string buffer_;
  std::size_t begin_ = 0;  // of what is not handed out yet
  std::size_t end_ = 0;    // of what was read
  std::string_view line_;
  std::string cut_line_;  // of a line that is too long
  std::uint64_t number_ = 0;
  bool too_long_ = false;
  bool torn_ = false;
  bool at_end_ = false;
};

}  // namespace sluice::recording
