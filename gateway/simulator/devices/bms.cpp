#include "simulator/devices/bms.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cstdlib>

namespace sluice::simulator {
namespace {

constexpr milliseconds slowest_measuring{250};
constexpr milliseconds longest_catch_up{600'000};
constexpr int jump_mv = 5;

}  // namespace

Bms::Bms(const BmsOptions& options, Timestamp boot)
    : options_(options),
      report_period_(std::max<std::int64_t>(1, static_cast<std::int64_t>(1000 / options.reports_per_second))),
      measuring_period_(std::min(report_period_, slowest_measuring)),
      random_(options.seed),
      battery_({.pack = {.cells = options.cells, .chemistry = options.chemistry}}, random_, boot),
      now_(boot),
      reported_(boot - std::chrono::hours(1)),
      told_(battery_.readings().size()) {}

std::string Bms::topic(std::string_view rest) const {
  return fmt::format("bms/{}/{}", options_.name, rest);
}

message::Connection::Identity Bms::identity() {
  return {.client_id = "bms-" + options_.name, .will = std::nullopt, .subscriptions = {}};
}

void Bms::connected(Timestamp /*now*/, Publishes& out) {
  battery_.measure();
  report(true, out);
}

void Bms::receive(const message::Message& /*message*/, Timestamp /*now*/, Publishes& /*out*/) {}

void Bms::boot(Timestamp now) {
  now_ = now;
  reported_ = now - std::chrono::hours(1);
}

void Bms::fail(std::string_view fault, Timestamp /*now*/, Timestamp until, Publishes& /*out*/) {
  battery_.fail(fault, until);
}

void Bms::step(Timestamp now, Publishes& out) {
  now_ = std::max(now_, now - longest_catch_up);
  while (now_ + measuring_period_ <= now) {
    now_ += measuring_period_;
    battery_.step(measuring_period_, now_);
    report(now_ - reported_ >= report_period_, out);
  }
}

bool Bms::jumped(std::size_t cell) const {
  const auto& reading = battery_.readings()[cell];
  return std::abs(reading.millivolts - told_[cell].millivolts) >= jump_mv || reading.balancing != told_[cell].balancing;
}

void Bms::report(bool all, Publishes& out) {
  if (options_.topics == BmsOptions::Topics::cell) {
    report_cells(all, out);
    if (all) reported_ = now_;
    return;
  }
  bool any = all;
  for (std::size_t cell = 0; cell < told_.size() && !any; ++cell) any = jumped(cell);
  if (!any) return;
  reported_ = now_;
  told_ = battery_.readings();
  if (options_.topics == BmsOptions::Topics::raw) {
    out.push_back({topic("raw"), packed(), 0, false});
  } else {
    out.push_back({topic("cells"), whole(), 0, false});
  }
}

void Bms::report_cells(bool all, Publishes& out) {
  for (std::size_t cell = 0; cell < told_.size(); ++cell) {
    if (!all && !jumped(cell)) continue;
    told_[cell] = battery_.readings()[cell];
    out.push_back({topic(fmt::format("cell/{}", cell + 1)),
                   fmt::format(R"({{"mv":{},"bal":{}}})", told_[cell].millivolts, told_[cell].balancing), 0, false});
  }
}

std::string Bms::packed() const {
  std::string bytes;
  for (const auto& reading : told_) {
    bytes += static_cast<char>(reading.millivolts >> 8);
    bytes += static_cast<char>(reading.millivolts & 0xFF);
  }
  return bytes;
}

std::string Bms::whole() const {
  std::string millivolts;
  std::string balancing;
  for (const auto& reading : told_) {
    const char* comma = millivolts.empty() ? "" : ",";
    millivolts += fmt::format("{}{}", comma, reading.millivolts);
    balancing += fmt::format("{}{}", comma, reading.balancing);
  }
  return fmt::format(R"({{"cells":[{}],"bal":[{}]}})", millivolts, balancing);
}

}  // namespace sluice::simulator
