#include "simulator/devices/bms.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

namespace sluice::simulator {
namespace {

constexpr milliseconds slowest_measuring{250};
constexpr milliseconds longest_catch_up{600'000};
constexpr double full_mv = 3'600;   // a cell at this ends the charging
constexpr double empty_mv = 2'900;  // a cell at this ends the discharging
constexpr double bleed_above_mv = 3'330;
constexpr double bleed_ahead_mv = 6;        // of the lowest, to begin
constexpr double bleed_until_ahead_mv = 3;  // to end
constexpr int jump_mv = 5;

}  // namespace

Bms::Bms(const BmsOptions& options, Timestamp boot)
    : options_(options),
      report_period_(static_cast<std::int64_t>(1000 / options.reports_per_second)),
      measuring_period_(std::min(report_period_, slowest_measuring)),
      random_(options.seed),
      pack_(options.cells, random_.between(0.90, 0.95), random_),
      now_(boot),
      reported_(boot - std::chrono::hours(1)),
      current_until_(boot),
      measured_(static_cast<std::size_t>(options.cells)),
      told_(measured_) {}

std::string Bms::topic(std::string_view rest) const {
  return fmt::format("bms/{}/{}", options_.name, rest);
}

message::Connection::Identity Bms::identity() const {
  return {.client_id = "bms-" + options_.name, .will = std::nullopt, .subscriptions = {}};
}

void Bms::connected(Timestamp /*now*/, Publishes& out) {
  measure();
  report(true, out);
}

void Bms::receive(const message::Message& /*message*/, Timestamp /*now*/, Publishes& /*out*/) {}

void Bms::step(Timestamp now, Publishes& out) {
  now_ = std::max(now_, now - longest_catch_up);
  while (now_ + measuring_period_ <= now) {
    now_ += measuring_period_;
    choose_current();
    pack_.step(amperes_, std::chrono::duration<double>(measuring_period_).count());
    balance();
    measure();
    report(now_ - reported_ >= report_period_, out);
  }
}

void Bms::choose_current() {
  if (charging_ && pack_.highest() >= full_mv) charging_ = false;
  if (!charging_ && pack_.lowest() <= empty_mv) charging_ = true;
  if (now_ < current_until_) return;
  // Clouds, and machines of the house, come and go.
  current_until_ = now_ + milliseconds(3'000 + random_.pick(9'000));
  amperes_ = charging_ ? random_.between(20, 45) : -random_.between(5, 60);
}

void Bms::balance() {
  const double lowest = pack_.lowest();
  for (int cell = 0; cell < pack_.size(); ++cell) {
    const double ahead = pack_.millivolts(cell) - lowest;
    const double enough = pack_.bleeds(cell) ? bleed_until_ahead_mv : bleed_ahead_mv;
    pack_.bleed(cell, pack_.millivolts(cell) >= bleed_above_mv && ahead >= enough);
  }
}

void Bms::measure() {
  for (int cell = 0; cell < pack_.size(); ++cell) {
    auto& reading = measured_[static_cast<std::size_t>(cell)];
    reading.millivolts = static_cast<int>(std::lround(pack_.millivolts(cell) + random_.noise(0.4)));
    reading.balancing = pack_.bleeds(cell);
  }
}

bool Bms::jumped(std::size_t cell) const {
  return std::abs(measured_[cell].millivolts - told_[cell].millivolts) >= jump_mv ||
         measured_[cell].balancing != told_[cell].balancing;
}

void Bms::report(bool all, Publishes& out) {
  if (options_.topics == FleetOptions::CellTopics::cell) {
    report_cells(all, out);
    if (all) reported_ = now_;
    return;
  }
  bool any = all;
  for (std::size_t cell = 0; cell < measured_.size() && !any; ++cell) any = jumped(cell);
  if (!any) return;
  reported_ = now_;
  told_ = measured_;
  if (options_.topics == FleetOptions::CellTopics::raw) {
    std::string bytes;
    for (const auto& reading : measured_) {
      bytes += static_cast<char>(reading.millivolts >> 8);
      bytes += static_cast<char>(reading.millivolts & 0xFF);
    }
    out.push_back({topic("raw"), std::move(bytes), 0, false});
    return;
  }
  std::string millivolts;
  std::string balancing;
  for (const auto& reading : measured_) {
    const char* comma = millivolts.empty() ? "" : ",";
    millivolts += fmt::format("{}{}", comma, reading.millivolts);
    balancing += fmt::format("{}{}", comma, reading.balancing);
  }
  out.push_back({topic("cells"), fmt::format(R"({{"cells":[{}],"bal":[{}]}})", millivolts, balancing), 0, false});
}

void Bms::report_cells(bool all, Publishes& out) {
  for (std::size_t cell = 0; cell < measured_.size(); ++cell) {
    if (!all && !jumped(cell)) continue;
    told_[cell] = measured_[cell];
    out.push_back({topic(fmt::format("cell/{}", cell + 1)),
                   fmt::format(R"({{"mv":{},"bal":{}}})", measured_[cell].millivolts, measured_[cell].balancing), 0,
                   false});
  }
}

}  // namespace sluice::simulator
