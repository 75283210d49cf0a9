#include "simulator/devices/battery_emulator.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <utility>

#include "base/json.h"

namespace sluice::simulator {
namespace {

constexpr milliseconds measuring_period{1'000};
constexpr milliseconds longest_catch_up{600'000};
constexpr milliseconds cells_period{60'000};
constexpr milliseconds first_heard{7'000};  // after power-on
constexpr int deviation_mv = 120;           // between the cells, that is an incident

double rounded(double value, double unit) {
  return std::round(value / unit) * unit;
}

/// As printed: 52.1, not 52.10000000000001.
double tenths(double value) {
  return std::round(value * 10) / 10;
}
double hundredths(double value) {
  return std::round(value * 100) / 100;
}
double thousandths(double value) {
  return std::round(value * 1000) / 1000;
}

}  // namespace

BatteryEmulator::BatteryEmulator(const BatteryEmulatorOptions& options, Timestamp boot)
    : options_(options),
      report_period_(std::max<std::int64_t>(1, static_cast<std::int64_t>(1000 / options.reports_per_second))),
      random_(options.seed),
      battery_({.pack = {.cells = options.cells, .chemistry = options.chemistry}}, random_, boot),
      boot_(boot),
      now_(boot),
      told_state_(boot),
      told_cells_(boot - cells_period + first_heard),
      max_charge_amperes_(battery_.traits().charge_amperes),
      max_discharge_amperes_(battery_.traits().discharge_amperes) {}

std::string BatteryEmulator::topic(std::string_view rest) const {
  return fmt::format("{}/{}", options_.name, rest);
}

message::Connection::Identity BatteryEmulator::identity() {
  return {.client_id = options_.name,
          .will = message::Publish{topic("status"), "offline", 1, true},
          .subscriptions = {topic("command/+")}};
}

void BatteryEmulator::connected(Timestamp now, Publishes& out) {
  step(now, out);
  out.push_back({topic("status"), "online", 1, true});
  publish_state(out);
}

void BatteryEmulator::receive(const message::Message& message, Timestamp now, Publishes& out) {
  step(now, out);
  if (message.topic == topic("command/PAUSE")) paused_ = true;
  if (message.topic == topic("command/RESUME")) paused_ = false;
  if (message.topic == topic("command/SET_LIMITS")) take_limits(message.payload);
  battery_.open_contactors(paused_);
}

void BatteryEmulator::take_limits(std::string_view payload) {
  const auto command = parse_json(payload);
  if (!command) return;
  const auto number = [&](std::string_view name) -> std::int64_t {
    const auto* value = command->find(name);
    return value != nullptr && value->is_int() ? value->as_int() : -1;
  };
  const auto charge = number("max_charge");
  const auto discharge = number("max_discharge");
  const auto timeout = number("timeout");
  if (charge < 0 || discharge < 0 || timeout < 1 || charge > 5'000 || discharge > 5'000 || timeout > 3'600) return;
  max_charge_amperes_ = static_cast<double>(charge) / 10;
  max_discharge_amperes_ = static_cast<double>(discharge) / 10;
  battery_.limit(max_charge_amperes_, max_discharge_amperes_);
  limits_until_ = now_ + std::chrono::seconds(timeout);
  limited_ = true;
}

void BatteryEmulator::boot(Timestamp now) {
  boot_ = now_ = told_state_ = now;
  told_cells_ = now - cells_period + first_heard;
  paused_ = false;
  limits_until_ = now;
  battery_.open_contactors(false);
  incidents_.clear();
}

void BatteryEmulator::fail(std::string_view fault, Timestamp /*now*/, Timestamp until, Publishes& /*out*/) {
  battery_.fail(fault, until);
}

Timestamp BatteryEmulator::next_step() const {
  return now_ + std::min(measuring_period, report_period_);
}

void BatteryEmulator::step(Timestamp now, Publishes& out) {
  now_ = std::max(now_, now - longest_catch_up);
  const auto period = std::min(measuring_period, report_period_);
  while (now_ + period <= now) {
    now_ += period;
    battery_.step(period, now_);
    tick(out);
  }
}

void BatteryEmulator::tick(Publishes& out) {
  if (limited_ && now_ >= limits_until_) {
    limited_ = false;
    max_charge_amperes_ = battery_.traits().charge_amperes;
    max_discharge_amperes_ = battery_.traits().discharge_amperes;
    battery_.limit(max_charge_amperes_, max_discharge_amperes_);
  }
  watch_battery(out);
  if (now_ - told_state_ >= report_period_) {
    told_state_ = now_;
    publish_state(out);
  }
  if (now_ - told_cells_ >= cells_period) {
    told_cells_ = now_;
    publish_cells(out);
  }
}

bool BatteryEmulator::hears_battery() const {
  return now_ - boot_ >= first_heard;
}

void BatteryEmulator::watch_battery(Publishes& out) {
  if (!hears_battery()) return;
  int lowest = battery_.readings().front().millivolts;
  int highest = lowest;
  for (const auto& reading : battery_.readings()) {
    lowest = std::min(lowest, reading.millivolts);
    highest = std::max(highest, reading.millivolts);
  }
  const auto& thresholds = battery_.thresholds();
  incident("EVENT_CELL_DEVIATION_HIGH", highest - lowest >= deviation_mv, "WARNING",
           std::min(255, (highest - lowest) / 20), "HIGH CELL DEVIATION! Balance battery!", out);
  incident("EVENT_CELL_CRITICAL_UNDER_VOLTAGE", lowest < thresholds.empty_mv - 300, "ERROR", lowest / 20,
           "CELL VOLTAGE CRITICALLY LOW! Battery might be damaged!", out);
  incident("EVENT_BATTERY_OVERHEAT", battery_.too_warm(), "ERROR", static_cast<int>(battery_.pack().temperature()),
           "Battery overheated. Shutting down to prevent thermal runaway!", out);
  incident("EVENT_BATTERY_FULL", highest >= thresholds.full_mv - 5, "INFO", 0, "Battery is completely charged", out);
  incident("EVENT_BATTERY_EMPTY", battery_.pack().state_of_charge() < 0.02, "INFO", 0,
           "Battery is completely discharged", out);
}

void BatteryEmulator::incident(const std::string& type, bool is, std::string_view severity, int data,
                               std::string_view text, Publishes& out) {
  auto& known = incidents_[type];
  const bool begins = is && !known.is;
  known.is = is;
  if (!begins) return;
  ++known.count;
  out.push_back({topic("events"),
                 to_json(Value::object({{"event_type", type},
                                        {"severity", severity},
                                        {"count", fmt::to_string(known.count)},
                                        {"data", fmt::to_string(data)},
                                        {"message", text},
                                        {"millis", fmt::to_string((now_ - boot_).count())}})),
                 0, false});
}

Value BatteryEmulator::battery_fields() const {
  const auto& pack = battery_.pack();
  const double volts = pack.total_millivolts() / 1000;
  const double real = 100 * std::clamp(pack.state_of_charge(), 0.0, 1.0);
  const double scaled = std::clamp((real - 10) / 0.8, 0.0, 100.0);  // the inverter sees 10 % to 90 % as all there is
  const double total_wh = pack.capacity_ah() * volts;
  const double amperes = tenths(battery_.amperes());
  const bool stopped = battery_.too_warm();
  return Value::object({{"SOC", hundredths(scaled)},
                        {"SOC_real", hundredths(real)},
                        {"state_of_health", 97.0},
                        {"temperature_min", tenths(pack.temperature() - 0.7)},
                        {"temperature_max", tenths(pack.temperature() + 0.8)},
                        {"stat_batt_power", rounded(amperes * volts, 1)},
                        {"battery_current", amperes},
                        {"battery_voltage", tenths(volts)},
                        {"cell_max_voltage", thousandths(pack.highest() / 1000)},
                        {"cell_min_voltage", thousandths(pack.lowest() / 1000)},
                        {"cell_voltage_delta", rounded(pack.highest() - pack.lowest(), 1)},
                        {"total_capacity", rounded(total_wh, 1)},
                        {"remaining_capacity", rounded(total_wh * real / 100, 1)},
                        {"max_discharge_power", stopped ? 0 : rounded(max_discharge_amperes_ * volts, 1)},
                        {"max_charge_power", stopped ? 0 : rounded(max_charge_amperes_ * volts, 1)},
                        {"balancing_active_cells", battery_.balancing()},
                        {"balancing_status", battery_.balancing() > 0 ? "Active" : "Ready"}});
}

void BatteryEmulator::publish_state(Publishes& out) {
  auto state = Value::object(
      {{"bms_status", hears_battery() ? "ACTIVE" : "STANDBY"}, {"pause_status", paused_ ? "PAUSED" : "NORMAL"}});
  if (hears_battery()) {
    auto fields = battery_fields();
    for (auto& field : fields.as_object()) state.set(field.key(), std::move(field.value));
  }
  state.set("event_level", battery_.too_warm() ? "ERROR" : "INFO");
  state.set("emulator_status", battery_.too_warm() ? "ERROR" : "OK");
  state.set("cpu_temp", tenths(41 + random_.noise(0.3)));
  state.set("emulator_uptime", (now_ - boot_).count() / 1000);
  out.push_back({topic("info"), to_json(state), 0, false});
}

void BatteryEmulator::publish_cells(Publishes& out) {
  Value::List volts;
  Value::List balancing;
  for (const auto& reading : battery_.readings()) {
    volts.emplace_back(static_cast<double>(reading.millivolts) / 1000);
    balancing.emplace_back(reading.balancing);
  }
  out.push_back(
      {topic("spec_data"),
       to_json(Value::object({{"cell_voltages", std::move(volts)}, {"cell_balancing", std::move(balancing)}})), 0,
       false});
}

}  // namespace sluice::simulator
