#include "cli/replay_view.h"

#include <fmt/format.h>

#include <algorithm>
#include <cstdio>

#include "base/units.h"
#include "recording/capture_input.h"

namespace sluice::cli {
namespace {

constexpr std::chrono::milliseconds show_every{250};
constexpr std::size_t bar_width = 20;

std::string bar(double part) {
  const auto full = static_cast<std::size_t>(std::clamp(part, 0.0, 1.0) * static_cast<double>(bar_width));
  return "[" + std::string(full, '#') + std::string(bar_width - full, '.') + "]";
}

}  // namespace

ReplaySignals::ReplaySignals() {
  sigemptyset(&set_);
  for (const int signal : {SIGTERM, SIGINT, SIGUSR1}) sigaddset(&set_, signal);
  pthread_sigmask(SIG_BLOCK, &set_, nullptr);
  std::signal(SIGPIPE, SIG_IGN);
}

int ReplaySignals::came(milliseconds patience) const {
  const timespec time{patience.count() / 1000, patience.count() % 1000 * 1'000'000};
  return std::max(sigtimedwait(&set_, nullptr, &time), 0);
}

ReplayView::ReplayView(Playing& playing, std::function<std::uint64_t()> events)
    : playing_(playing), events_(std::move(events)) {
  if (line_.is_shown()) keys_.emplace();
}

bool ReplayView::look(const ReplaySignals& signals, milliseconds patience) {
  auto& replayer = *playing_.replayer;
  const int signal = signals.came(patience);
  if (signal == SIGINT || signal == SIGTERM) return false;
  bool toggle = signal == SIGUSR1;
  while (const char key = keys_ ? keys_->pressed() : '\0') toggle = toggle != (key == ' ');
  if (toggle) replayer.pause(!replayer.paused());
  show();
  return true;
}

void ReplayView::show() {
  const auto now = Steady::now();
  if (now - shown_at_ < show_every) return;
  tell_faults();
  const auto seconds = std::chrono::duration<double>(now - std::max(shown_at_, started_)).count();
  const auto per_second = [seconds](std::uint64_t count) {
    return grouped(seconds > 0 ? static_cast<std::uint64_t>(static_cast<double>(count) / seconds) : 0);
  };
  shown_at_ = now;
  const auto& replayer = *playing_.replayer;
  const auto messages = replayer.messages();
  const auto events = events_ ? events_() : 0;
  const auto position = std::chrono::duration_cast<std::chrono::seconds>(replayer.position()).count();
  const auto size = playing_.progress->size.load();
  const double part = size == 0 ? 0 : static_cast<double>(playing_.progress->read.load()) / static_cast<double>(size);
  auto text = size == 0 ? std::string() : fmt::format("{} {:3.0f} %  ", bar(part), std::min(part, 1.0) * 100);
  text += fmt::format("{}  {} messages  {}/s", clock_text(position), grouped(messages),
                      per_second(messages - shown_messages_));
  if (events_) text += fmt::format("  {} events  {}/s", grouped(events), per_second(events - shown_events_));
  if (replayer.paused()) text += "  paused (space goes on)";
  if (replayer.ended()) text += "  over";
  line_.show(text);
  shown_messages_ = messages;
  shown_events_ = events;
}

void ReplayView::tell_faults() {
  for (const auto& fault : playing_.replayer->take_faults()) {
    line_.wipe();
    std::fprintf(stderr, "%s\n", fault.text().c_str());
  }
}

int ReplayView::tell_end() {
  tell_faults();
  line_.wipe();
  const auto& replayer = *playing_.replayer;
  const auto faults = replayer.fault_count();
  if (faults > recording::Replayer::most_faults) {
    std::fprintf(stderr, "... and %s more\n", grouped(faults - recording::Replayer::most_faults).c_str());
  }
  for (const auto& note : replayer.notes()) std::fprintf(stderr, "note: %s\n", note.c_str());
  const auto took = std::chrono::duration_cast<milliseconds>(Steady::now() - started_);
  std::fprintf(stderr, "%s messages in %s", grouped(replayer.messages()).c_str(), format_duration(took).c_str());
  if (events_) std::fprintf(stderr, ", %s events", grouped(events_()).c_str());
  if (faults > 0) std::fprintf(stderr, "; %s places of the capture could not be read", grouped(faults).c_str());
  std::fputs("\n", stderr);
  return faults == 0 ? exit_ok : exit_failed;
}

}  // namespace sluice::cli
