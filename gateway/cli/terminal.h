#pragma once

#include <termios.h>

#include <cstdint>
#include <string>
#include <string_view>

namespace sluice::cli {

/// A line at the foot of the terminal that is written again and again; nothing where standard error is none.
///
/// Threads: one.
class ProgressLine {
 public:
  ProgressLine();
  /// Wipes the line.
  ~ProgressLine();
  ProgressLine(const ProgressLine&) = delete;
  ProgressLine& operator=(const ProgressLine&) = delete;

  bool is_shown() const { return on_; }
  void show(std::string_view text);
  void wipe();

 private:
  bool on_;
  bool drawn_ = false;
};

/// The keys that are pressed at the terminal, one by one, without waiting for the end of a line; none where standard
/// input is no terminal.
///
/// Threads: one.
class Keys {
 public:
  Keys();
  /// Leaves the terminal as it was.
  ~Keys();
  Keys(const Keys&) = delete;
  Keys& operator=(const Keys&) = delete;

  /// A key that was pressed; 0 when none was.
  char pressed();

 private:
  bool on_;
  termios before_{};
};

/// "1,234,567"
std::string grouped(std::uint64_t number);
/// "1.2 MiB"
std::string size_text(std::uint64_t bytes);
/// "1:02:03" of whole seconds.
std::string clock_text(std::int64_t seconds);

}  // namespace sluice::cli
