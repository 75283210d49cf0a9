#pragma once

#include <array>

#include "base/clock.h"

namespace sluice::simulator {

/// How much goes on at each hour of a day, as parts of the mean hour: between the hours it changes gradually.
using Day = std::array<double, 24>;

/// What people draw from the water mains.
inline constexpr Day water_day = {0.35, 0.28, 0.25, 0.25, 0.30, 0.55, 1.10, 1.75, 1.70, 1.35, 1.20, 1.15,
                                  1.20, 1.15, 1.00, 0.95, 1.00, 1.20, 1.50, 1.75, 1.45, 1.15, 0.85, 0.57};
/// When people order food.
inline constexpr Day meal_day = {0.25, 0.12, 0.06, 0.05, 0.05, 0.08, 0.20, 0.35, 0.45, 0.60, 0.95, 1.75,
                                 2.30, 1.70, 0.90, 0.75, 0.95, 1.70, 2.75, 2.93, 2.20, 1.35, 0.90, 0.66};

/// At that time of the day (UTC).
constexpr double activity(const Day& day, Timestamp now) {
  const auto in_day = ((to_ms(now) % 86'400'000) + 86'400'000) % 86'400'000;
  const auto hour = static_cast<std::size_t>(in_day / 3'600'000);
  const double part = static_cast<double>(in_day % 3'600'000) / 3'600'000;
  return day[hour] * (1 - part) + day[(hour + 1) % day.size()] * part;
}

}  // namespace sluice::simulator
