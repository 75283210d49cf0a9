#include "base/units.h"

#include <fmt/format.h>

#include <array>
#include <cmath>

#include "base/text.h"

namespace sluice {
namespace {

struct Unit {
  std::string_view name;
  std::int64_t factor;
};

constexpr std::array duration_units{Unit{"d", 86'400'000}, Unit{"h", 3'600'000}, Unit{"m", 60'000}, Unit{"s", 1000},
                                    Unit{"ms", 1}};
constexpr std::array byte_units{Unit{"B", 1}, Unit{"KiB", 1024}, Unit{"MiB", 1024 * 1024},
                                Unit{"GiB", 1024 * 1024 * 1024}};
constexpr double longest_ms = 100.0 * 366 * 86'400'000;  // a century: far from where sums of times overflow

std::size_t number_length(std::string_view text) {
  const auto end = text.find_first_not_of("0123456789.");
  return end == std::string_view::npos ? text.size() : end;
}

template <class Units>
const Unit* find_unit(const Units& units, std::string_view name) {
  for (const auto& unit : units) {
    if (unit.name == name) return &unit;
  }
  return nullptr;
}

}  // namespace

Expected<milliseconds> parse_duration(std::string_view text) {
  const auto length = number_length(text);
  const auto number = parse_number(text.substr(0, length));
  const auto* const unit = find_unit(duration_units, text.substr(length));
  if (number && length == text.size()) {
    return unexpected(fmt::format("duration '{}' needs a unit: ms, s, m, h or d", excerpt(text)));
  }
  if (!number || !unit) {
    return unexpected(fmt::format("'{}' is no duration: write 200ms, 15s, 1m, 1h or 1d", excerpt(text)));
  }
  const double ms = *number * static_cast<double>(unit->factor);
  if (ms > longest_ms) return unexpected(fmt::format("duration '{}' is longer than 36600d", excerpt(text)));
  if (std::abs(ms - std::round(ms)) > 1e-6) {
    return unexpected(fmt::format("duration '{}' is not a whole number of milliseconds", excerpt(text)));
  }
  return milliseconds(std::llround(ms));
}

std::string format_duration(milliseconds duration) {
  const auto ms = duration.count();
  for (const auto& unit : duration_units) {
    if (ms != 0 && ms % unit.factor == 0) return fmt::format("{}{}", ms / unit.factor, unit.name);
  }
  return "0ms";
}

Expected<std::uint64_t> parse_bytes(std::string_view text) {
  const auto length = number_length(text);
  const auto number = parse_int(text.substr(0, length));
  const auto* const unit = length == text.size() ? &byte_units[0] : find_unit(byte_units, text.substr(length));
  if (!number || !unit) {
    return unexpected(fmt::format("'{}' is no size: write 1800, 64KiB, 4MiB or 1GiB", excerpt(text)));
  }
  if (*number > (std::int64_t{1} << 50) / unit->factor) {
    return unexpected(fmt::format("size '{}' is above 1048576GiB", excerpt(text)));
  }
  return static_cast<std::uint64_t>(*number * unit->factor);
}

}  // namespace sluice
