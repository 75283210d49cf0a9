#include "simulator/physics/battery.h"

#include <algorithm>
#include <chrono>
#include <cmath>

namespace sluice::simulator {
namespace {

constexpr double measuring_noise_mv = 0.4;
constexpr double bleed_ahead_mv = 6;        // of the lowest, to begin
constexpr double bleed_until_ahead_mv = 3;  // to end
constexpr double usual = 22;                // around it, °C
constexpr double heated = 400;
constexpr double too_warm_at = 60;
constexpr double cool_again_at = 50;

Battery::Thresholds thresholds_of(Chemistry chemistry) {
  if (chemistry == Chemistry::lfp) return {.full_mv = 3'600, .empty_mv = 2'900, .bleed_above_mv = 3'330};
  return {.full_mv = 4'190, .empty_mv = 3'250, .bleed_above_mv = 3'900};
}

}  // namespace

Battery::Battery(const Traits& traits, Random& random, Timestamp now)
    : traits_(traits),
      thresholds_(thresholds_of(traits.pack.chemistry)),
      random_(random),
      pack_(traits.pack, random.between(0.90, 0.95), random),
      now_(now),
      current_until_(now),
      most_charge_(traits.charge_amperes),
      most_discharge_(traits.discharge_amperes),
      readings_(static_cast<std::size_t>(traits.pack.cells)) {
  measure();
}

void Battery::step(milliseconds time, Timestamp now) {
  now_ = now;
  pack_.set_ambient(now_ < heated_until_ ? heated : usual);
  choose_current();
  pack_.step(amperes_, std::chrono::duration<double>(time).count());
  balance();
  measure();
}

void Battery::choose_current() {
  if (charging_ && pack_.highest() >= thresholds_.full_mv) charging_ = false;
  if (!charging_ && pack_.lowest() <= thresholds_.empty_mv) charging_ = true;
  if (too_warm_ ? pack_.temperature() < cool_again_at : pack_.temperature() > too_warm_at) too_warm_ = !too_warm_;
  if (now_ >= current_until_) {
    // Clouds, and machines of the house, come and go.
    current_until_ = now_ + milliseconds(3'000 + random_.pick(9'000));
    const double part = random_.part();
    wanted_amperes_ =
        charging_ ? (0.45 + 0.55 * part) * traits_.charge_amperes : -(0.08 + 0.92 * part) * traits_.discharge_amperes;
  }
  if (charging_ != (wanted_amperes_ > 0)) wanted_amperes_ = 0;
  amperes_ = open_ || too_warm_ ? 0 : std::clamp(wanted_amperes_, -most_discharge_, most_charge_);
}

void Battery::balance() {
  const double lowest = pack_.lowest();
  for (int cell = 0; cell < pack_.size(); ++cell) {
    const double ahead = pack_.millivolts(cell) - lowest;
    const double enough = pack_.bleeds(cell) ? bleed_until_ahead_mv : bleed_ahead_mv;
    pack_.bleed(cell, pack_.millivolts(cell) >= thresholds_.bleed_above_mv && ahead >= enough);
  }
}

void Battery::measure() {
  for (int cell = 0; cell < pack_.size(); ++cell) {
    auto& reading = readings_[static_cast<std::size_t>(cell)];
    const double measured = pack_.millivolts(cell) + random_.noise(measuring_noise_mv);
    reading.millivolts =
        now_ < wire_broken_until_ && cell == broken_wire_ ? 0 : static_cast<int>(std::lround(measured));
    reading.balancing = pack_.bleeds(cell);
  }
}

void Battery::fail(std::string_view fault, Timestamp until) {
  const int cell = random_.pick(pack_.size());
  if (fault == "weak_cell") pack_.wear(cell, 0.35);
  if (fault == "overheat") heated_until_ = until;
  if (fault == "broken_wire") {
    broken_wire_ = cell;
    wire_broken_until_ = until;
  }
}

int Battery::balancing() const {
  return static_cast<int>(
      std::count_if(readings_.begin(), readings_.end(), [](const Reading& reading) { return reading.balancing; }));
}

}  // namespace sluice::simulator
