#include "base/date_time.h"

namespace sluice {
namespace {

/// Reads a text from its front; `ok` turns false at the first thing that is not there.
struct Scanner {
  std::string_view rest;
  bool ok = true;

  int digits(std::size_t count) {
    int value = 0;
    for (std::size_t i = 0; i < count; ++i) {
      if (rest.size() <= i || rest[i] < '0' || rest[i] > '9') {
        ok = false;
        return 0;
      }
      value = value * 10 + (rest[i] - '0');
    }
    rest.remove_prefix(count);
    return value;
  }
  bool skip(std::string_view any_of) {
    if (rest.empty() || any_of.find(rest[0]) == std::string_view::npos) return false;
    rest.remove_prefix(1);
    return true;
  }
  void need(std::string_view any_of) { ok = skip(any_of) && ok; }
};

int fraction_ms(Scanner& scanner) {
  int ms = 0;
  int weight = 100;
  std::size_t count = 0;
  while (!scanner.rest.empty() && scanner.rest[0] >= '0' && scanner.rest[0] <= '9') {
    ms += (scanner.rest[0] - '0') * weight;
    weight /= 10;
    scanner.rest.remove_prefix(1);
    ++count;
  }
  if (count == 0) scanner.ok = false;
  return ms;
}

}  // namespace

std::optional<Timestamp> parse_date_time(std::string_view text, const Zone& zone) {
  using namespace std::chrono;  // NOLINT: hours, minutes and days read better bare
  Scanner scanner{text};
  const int y = scanner.digits(4);
  scanner.need("-");
  const int m = scanner.digits(2);
  scanner.need("-");
  const int d = scanner.digits(2);
  scanner.need("Tt ");
  const int hour = scanner.digits(2);
  scanner.need(":");
  const int minute = scanner.digits(2);
  scanner.need(":");
  const int second = scanner.digits(2);
  const int ms = scanner.ok && scanner.skip(".") ? fraction_ms(scanner) : 0;
  const year_month_day date(year(y), month(static_cast<unsigned>(m)), day(static_cast<unsigned>(d)));
  if (!scanner.ok || !date.ok() || hour > 23 || minute > 59 || second > 60) return std::nullopt;
  const auto local = milliseconds(sys_days(date).time_since_epoch()) + hours(hour) + minutes(minute) + seconds(second) +
                     milliseconds(ms);

  if (scanner.rest.empty()) return zone.utc(local);
  if (scanner.skip("Zz")) return scanner.rest.empty() ? std::optional(Timestamp(local)) : std::nullopt;
  const bool behind = scanner.rest[0] == '-';
  scanner.need("+-");
  const int offset_hours = scanner.digits(2);
  scanner.need(":");
  const int offset_minutes = scanner.digits(2);
  if (!scanner.ok || !scanner.rest.empty() || offset_hours > 23 || offset_minutes > 59) return std::nullopt;
  const auto offset = hours(offset_hours) + minutes(offset_minutes);
  return Timestamp(behind ? local + offset : local - offset);
}

}  // namespace sluice
