#pragma once

#include <csignal>
#include <cstdint>
#include <functional>
#include <optional>

#include "cli/cli.h"
#include "cli/replay.h"
#include "cli/terminal.h"

namespace sluice::cli {

/// Blocks the signals of a replay in all threads, so that came() gets them: make it before any thread.
class ReplaySignals {
 public:
  ReplaySignals();
  /// One that came within `patience`; 0 when none did.
  int came(milliseconds patience) const;

 private:
  sigset_t set_{};
};

/// What one who plays a capture sees and does: a line of progress; the space key or SIGUSR1 pauses and goes on.
///
/// Threads: one, the main one.
class ReplayView {
 public:
  /// `events`: how many there are so far; null when nothing is mapped.
  ReplayView(Playing& playing, std::function<std::uint64_t()> events);

  /// Waits `patience` for a signal or a key, and shows where the replay is. False: it is to end.
  bool look(const ReplaySignals& signals, milliseconds patience);
  /// Without signals and keys.
  void show();
  /// Says on standard error how much was played and what was wrong; the exit code.
  int tell_end();

 private:
  using Steady = std::chrono::steady_clock;
  void tell_faults();

  Playing& playing_;
  std::function<std::uint64_t()> events_;
  ProgressLine line_;
  std::optional<Keys> keys_;
  Steady::time_point started_ = Steady::now();
  Steady::time_point shown_at_{};
  std::uint64_t shown_messages_ = 0;
  std::uint64_t shown_events_ = 0;
};

}  // namespace sluice::cli
