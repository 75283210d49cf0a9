#include "simulator/physics/waterworks.h"

#include <fmt/format.h>

#include <algorithm>
#include <chrono>
#include <cmath>

#include "simulator/physics/day.h"

namespace sluice::simulator {
namespace {

constexpr double well_lift = 18;  // from the water in the well to the bottom of the tank
constexpr double filter_lift = 6;
constexpr double mean_demand = 22;
constexpr double leaking = 9;
constexpr double bar_a_metre = 0.0981;

struct Instrument {
  const char* name;
  bool is_switch = false;
};
constexpr Instrument instruments[Waterworks::tags_a_line] = {{"raw_level"},
                                                             {"raw_volume"},
                                                             {"clear_level"},
                                                             {"clear_volume"},
                                                             {"well_flow"},
                                                             {"transfer_flow"},
                                                             {"supply_flow"},
                                                             {"well_pressure"},
                                                             {"filter_pressure"},
                                                             {"supply_pressure"},
                                                             {"well_pump", true},
                                                             {"transfer_pump", true},
                                                             {"well_speed"},
                                                             {"transfer_speed"},
                                                             {"well_power"},
                                                             {"transfer_power"},
                                                             {"well_motor_temperature"},
                                                             {"transfer_motor_temperature"},
                                                             {"turbidity"},
                                                             {"chlorine"}};
constexpr Instrument site_instruments[] = {{"temperature"}, {"pressure"}, {"flow"}, {"level"}, {"power"}};

}  // namespace

void WaterLine::control() {
  if (raw_.part() < 0.45) well_.start();
  if (raw_.part() > 0.85) well_.stop();
  if (clear_.part() < 0.55 && raw_.part() > 0.15) transfer_.start();
  if (clear_.part() > 0.9 || raw_.part() < 0.08) transfer_.stop();
}

void WaterLine::step(double seconds, double demand) {
  control();
  well_.step(seconds);
  transfer_.step(seconds);
  const double hours = seconds / 3600;
  inflow_ = well_.flow(well_lift + raw_.level());
  const double taken = inflow_ * hours;
  raw_.fill(taken);
  taken_ += taken;
  const double moved = raw_.draw(transfer_.flow(filter_lift + clear_.level() - raw_.level()) * hours);
  clear_.fill(moved);
  const double given = clear_.draw(demand * hours);
  given_ += given;
  leaked_ += clear_.draw(leaks_ ? leaking * hours : 0);
  through_ = hours > 0 ? moved / hours : 0;
  outflow_ = hours > 0 ? given / hours : 0;
}

Waterworks::Waterworks(int lines, Random& random) : random_(random) {
  for (int line = 1; line <= lines; ++line) {
    lines_.emplace_back(random.between(1.6, 3.4), random.between(2.4, 4.5));
    thirst_.push_back(1);
    for (const auto& instrument : instruments) {
      tags_.push_back({fmt::format("line{}", line), instrument.name, instrument.is_switch});
    }
  }
  for (const auto& instrument : site_instruments) tags_.push_back({"", instrument.name, instrument.is_switch});
  read();
}

void Waterworks::step(milliseconds time, Timestamp now) {
  const double seconds = std::chrono::duration<double>(time).count();
  lines_.front().leak(now < leaks_until_);
  lines_.front().trip(now < tripped_until_);
  const double usual = mean_demand * activity(water_day, now);
  for (std::size_t line = 0; line < lines_.size(); ++line) {
    thirst_[line] = std::clamp(thirst_[line] + 0.02 * (1 - thirst_[line]) + random_.noise(0.02), 0.4, 1.8);
    lines_[line].step(seconds, usual * thirst_[line]);
  }
  water_temperature_ += 0.001 * (11.5 - water_temperature_) + random_.noise(0.005);
}

void Waterworks::fail(std::string_view fault, Timestamp until) {
  if (fault == "leak") leaks_until_ = until;
  if (fault == "pump_trip") tripped_until_ = until;
}

void Waterworks::show(double value, double noise, double decimals) {
  const double read = noise > 0 ? value + random_.noise(noise) : value;
  tags_[next_++].value = std::round(read * decimals) / decimals + 0.0;  // no -0
}

void Waterworks::read() {
  next_ = 0;
  double flow = 0;
  double level = 0;
  double power = 0;
  for (const auto& line : lines_) {
    read_line(line);
    flow += line.outflow();
    level += line.clear().level() / static_cast<double>(lines_.size());
    power += line.well().power() + line.transfer().power();
  }
  show(water_temperature_, 0.01, 10);
  show(level * bar_a_metre + 2.4, 0.004, 100);
  show(flow, 0.05, 10);
  show(level, 0.002, 100);
  show(power, 0.02, 10);
}

void Waterworks::read_line(const WaterLine& line) {
  const auto& well = line.well();
  const auto& transfer = line.transfer();
  show(line.raw().level(), 0.002, 1000);
  show(line.raw().volume(), 0, 10);
  show(line.clear().level(), 0.002, 1000);
  show(line.clear().volume(), 0, 10);
  show(line.inflow(), line.inflow() > 0 ? 0.08 : 0, 10);
  show(line.through(), line.through() > 0 ? 0.08 : 0, 10);
  show(line.outflow(), 0.05, 10);
  show((well_lift + line.raw().level()) * bar_a_metre * well.speed(), 0.003, 100);
  show((filter_lift + line.clear().level()) * bar_a_metre * transfer.speed(), 0.003, 100);
  show(line.clear().pressure() + 2.4, 0.003, 100);
  show(well.runs() ? 1 : 0, 0, 1);
  show(transfer.runs() ? 1 : 0, 0, 1);
  show(well.speed() * 2'900, 0, 1);
  show(transfer.speed() * 2'900, 0, 1);
  show(well.power(), well.speed() > 0 ? 0.02 : 0, 100);
  show(transfer.power(), transfer.speed() > 0 ? 0.02 : 0, 100);
  show(well.temperature(), 0.05, 10);
  show(transfer.temperature(), 0.05, 10);
  show(0.12 + 0.05 * transfer.speed(), 0.004, 1000);
  show(0.42 - 0.02 * transfer.speed(), 0.003, 1000);
}

}  // namespace sluice::simulator
