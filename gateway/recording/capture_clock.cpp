#include "recording/capture_clock.h"

#include <fmt/format.h>

#include <algorithm>

#include "base/date_time.h"
#include "base/text.h"
#include "recording/counted.h"

namespace sluice::recording {

using std::chrono::microseconds;

namespace {

constexpr std::int64_t last_second = 253'402'300'799;  // of the year 9999

bool is_digit(char c) {
  return c >= '0' && c <= '9';
}

std::size_t digits(std::string_view text) {
  return std::min(text.size(),
                  static_cast<std::size_t>(std::find_if_not(text.begin(), text.end(), is_digit) - text.begin()));
}

/// The first six digits after the point.
microseconds fraction(std::string_view text) {
  std::int64_t us = 0;
  for (std::size_t i = 0; i < 6; ++i) us = us * 10 + (i < text.size() ? text[i] - '0' : 0);
  return microseconds(us);
}

/// Takes "+0100", "+01:00", "Z+0100", "Z" or "" off the end of a time.
std::optional<microseconds> take_offset(std::string_view& text) {
  const auto zulu = text.find_first_of("Zz");
  const auto sign = text.find_first_of("+-", std::min<std::size_t>(text.size(), 11));  // after the date's own
  if (zulu != std::string_view::npos && zulu + 1 != std::min(sign, text.size())) return std::nullopt;
  const auto offset = sign == std::string_view::npos ? std::string_view() : text.substr(sign);
  text = text.substr(0, std::min(zulu, sign));
  if (offset.empty()) return microseconds(0);
  std::string number(offset.substr(1));
  if (number.size() == 5 && number[2] == ':') number.erase(2, 1);
  if (number.size() != 4 || digits(number) != 4) return std::nullopt;
  const int hours = (number[0] - '0') * 10 + number[1] - '0';
  const int minutes = (number[2] - '0') * 10 + number[3] - '0';
  if (hours > 23 || minutes > 59) return std::nullopt;
  const microseconds east = std::chrono::hours(hours) + std::chrono::minutes(minutes);
  return offset[0] == '-' ? -east : east;
}

}  // namespace

microseconds CaptureClock::since_start(microseconds wall) {
  if (!started_) started_ = std::chrono::floor<milliseconds>(std::chrono::sys_time<microseconds>(wall));
  const auto time = wall - started_->time_since_epoch();
  if (time < latest_) {
    ++held_;
    furthest_back_ = std::max(furthest_back_, latest_ - time);
  }
  latest_ = std::max(latest_, time);
  return latest_;
}

void CaptureClock::add_notes(std::vector<std::string>& notes) const {
  if (held_ == 0) return;
  const double seconds = static_cast<double>(furthest_back_.count()) / 1e6;
  notes.push_back(
      fmt::format("{} before the one above, by up to {} s: held at the latest one", counted(held_, "time"), seconds));
}

std::optional<microseconds> parse_epoch(std::string_view text) {
  const auto whole = digits(text);
  const auto seconds = parse_int(text.substr(0, whole));
  if (!seconds || *seconds > last_second) return std::nullopt;
  const microseconds time = std::chrono::seconds(*seconds);
  auto rest = text.substr(whole);
  if (rest.empty()) return time;
  rest.remove_prefix(1);
  if (text[whole] != '.' || rest.empty() || digits(rest) != rest.size()) return std::nullopt;
  return time + fraction(rest);
}

std::optional<microseconds> parse_wall_time(std::string_view text) {
  constexpr std::size_t to_seconds = sizeof("2026-11-20T13:11:42") - 1;
  if (text.size() < to_seconds || text.size() > 48) return std::nullopt;
  const auto offset = take_offset(text);
  if (!offset || text.size() < to_seconds) return std::nullopt;
  const auto seconds = parse_date_time(text.substr(0, to_seconds), Zone());
  if (!seconds) return std::nullopt;
  auto rest = text.substr(to_seconds);
  microseconds time = seconds->time_since_epoch();
  if (!rest.empty()) {
    if (rest[0] != '.' && rest[0] != ':' && rest[0] != ',') return std::nullopt;
    rest.remove_prefix(1);
    if (rest.empty() || digits(rest) != rest.size()) return std::nullopt;
    time += fraction(rest);
  }
  return time - *offset;
}

}  // namespace sluice::recording
