#include "cli/terminal.h"

#include <fmt/format.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <unistd.h>

#include <array>
#include <cstdio>

namespace sluice::cli {

ProgressLine::ProgressLine() : on_(::isatty(STDERR_FILENO) == 1) {}

ProgressLine::~ProgressLine() {
  wipe();
}

void ProgressLine::show(std::string_view text) {
  if (!on_) return;
  winsize size{};
  const bool known = ::ioctl(STDERR_FILENO, TIOCGWINSZ, &size) == 0 && size.ws_col > 1;
  const std::size_t width = known ? size.ws_col - 1U : 79U;
  const auto cut = text.substr(0, width);
  std::fprintf(stderr, "\r%.*s\x1b[K", static_cast<int>(cut.size()), cut.data());
  std::fflush(stderr);
  drawn_ = true;
}

void ProgressLine::wipe() {
  if (!drawn_) return;
  drawn_ = false;
  std::fputs("\r\x1b[K", stderr);
  std::fflush(stderr);
}

Keys::Keys() : on_(::isatty(STDIN_FILENO) == 1 && ::tcgetattr(STDIN_FILENO, &before_) == 0) {
  if (!on_) return;
  auto raw = before_;
  raw.c_lflag &= ~static_cast<tcflag_t>(ICANON | ECHO);
  on_ = ::tcsetattr(STDIN_FILENO, TCSANOW, &raw) == 0;
}

Keys::~Keys() {
  if (on_) ::tcsetattr(STDIN_FILENO, TCSANOW, &before_);
}

char Keys::pressed() {
  if (!on_) return 0;
  pollfd ready{STDIN_FILENO, POLLIN, 0};
  char key = 0;
  if (::poll(&ready, 1, 0) != 1 || (ready.revents & POLLIN) == 0) return 0;
  return ::read(STDIN_FILENO, &key, 1) == 1 ? key : '\0';
}

std::string grouped(std::uint64_t number) {
  auto text = std::to_string(number);
  for (auto at = text.size(); at > 3;) text.insert(at -= 3, ",");
  return text;
}

std::string size_text(std::uint64_t bytes) {
  static constexpr std::array units{"bytes", "KiB", "MiB", "GiB", "TiB"};
  if (bytes < 1024) return fmt::format("{} bytes", bytes);
  auto amount = static_cast<double>(bytes);
  std::size_t unit = 0;
  for (; amount >= 1024 && unit + 1 < units.size(); ++unit) amount /= 1024;
  return fmt::format("{:.1f} {}", amount, units[unit]);
}

std::string clock_text(std::int64_t seconds) {
  return fmt::format("{}:{:02}:{:02}", seconds / 3600, seconds / 60 % 60, seconds % 60);
}

}  // namespace sluice::cli
