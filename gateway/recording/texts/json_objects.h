#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>

#include "base/expected.h"
#include "recording/capture_input.h"

namespace sluice::recording {

/// The JSON objects of a capture that stand for messages, one after the other, however they are laid out: a line each,
/// several lines each, in an array, or in arrays deep inside (`within`).
///
/// After something that is no JSON it goes on at the next line that begins an object as far to the right as the first
/// one did. Threads: one. Memory: one object, at most `longest`; nesting at most `deepest`.
class JsonObjects {
 public:
  static constexpr std::size_t longest = std::size_t{512} << 20;
  static constexpr std::size_t deepest = 1000;

  /// `within` "": objects that stand alone or in an array of their own; else the elements of arrays that are members of
  /// that name. `input` must outlive this.
  explicit JsonObjects(CaptureInput& input, std::string within = {});

  /// Reads the next object; false at the end.
  ///
  /// Error: what is no JSON there, with its line.
  Expected<bool> next();
  /// The object as written. Valid until the next call of next().
  std::string_view text() const { return text_; }
  /// The line where it begins, counted from 1.
  std::uint64_t line() const { return begin_line_; }
  std::string where() const;
  /// Lines with nothing on them, outside of objects.
  std::uint64_t blank_lines() const { return blank_lines_; }

 private:
  enum class Step : std::uint8_t { more, object, fault };

  bool fill();
  Step read(char c);
  Step read_string(char c);
  Step open(char c);
  Step close(char c);
  void end_line();
  bool may_resume(char c);
  bool begins_object() const;
  Step fail(std::string_view why);

  CaptureInput& input_;
  std::string within_;
  std::string chunk_;
  std::size_t chunk_at_ = 0;

  std::string text_;      // of the object being read
  bool reading_ = false;  // an object's text
  std::size_t base_ = 0;  // the nesting around it
  std::string nesting_;   // the brackets that are open: '{', '[', and '*' for an array named `within`
  bool in_string_ = false;
  bool escaped_ = false;
  std::string name_;   // the last string that was read, as far as it may be `within`
  bool lost_ = false;  // looking for the line to go on at
  std::string_view why_;

  std::uint64_t line_ = 1;
  std::uint64_t begin_line_ = 1;
  std::uint64_t blank_lines_ = 0;
  std::size_t column_ = 0;  // white space at the line's front
  bool only_space_ = true;  // so far on this line
  bool has_column_ = false;
  std::size_t object_column_ = 0;  // of the first object
};

}  // namespace sluice::recording
