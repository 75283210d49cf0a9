#include "cli/rate_line.h"

#include <fmt/format.h>
#include <unistd.h>

#include <chrono>
#include <cstdio>
#include <utility>

namespace sluice::cli {
namespace {

constexpr milliseconds on_terminal{1'000};
constexpr milliseconds in_file{10'000};

}  // namespace

RateLine::RateLine(std::string what, Timestamp now)
    : what_(std::move(what)),
      terminal_(isatty(STDERR_FILENO) == 1),
      period_(terminal_ ? on_terminal : in_file),
      start_(now),
      told_(now) {}

RateLine::~RateLine() {
  if (terminal_ && told_ != start_) std::fputs("\n", stderr);
}

void RateLine::tell(const simulator::Fleet::Counts& counts, Timestamp now) {
  const double seconds = std::chrono::duration<double>(now - told_).count();
  const double rate = static_cast<double>(counts.published - published_) / (seconds > 0 ? seconds : 1);
  const auto running = std::chrono::duration_cast<std::chrono::seconds>(now - start_).count();
  auto line = fmt::format("{}: {} of {} connected, {:.0f} messages/s, {} published, {} received", what_,
                          counts.connected, counts.devices, rate, counts.published, counts.received);
  if (counts.dropped > 0) line += fmt::format(", {} dropped", counts.dropped);
  line += fmt::format(", {} s", running);
  // Back to the first column, and what the last line had beyond is cleared (ECMA-48, EL).
  std::fputs(terminal_ ? fmt::format("\r{}\x1b[K", line).c_str() : (line + "\n").c_str(), stderr);
  told_ = now;
  published_ = counts.published;
}

}  // namespace sluice::cli
