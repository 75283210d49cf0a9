#include "simulator/devices/desk.h"

#include <fmt/format.h>

#include <algorithm>
#include <cmath>
#include <cstdlib>

#include "base/json.h"
#include "base/value.h"

namespace sluice::simulator {
namespace {

using std::chrono::seconds;

constexpr milliseconds control_period{10};
constexpr milliseconds longest_bunch{100};
constexpr milliseconds longest_catch_up{60'000};  // a machine that slept so long goes on from now
constexpr milliseconds movement_timeout{30'000};
constexpr milliseconds supervision_period{500};  // the timeout is looked at this often
constexpr milliseconds settling_time{2'000};
constexpr milliseconds sensor_patience{1'000};
constexpr milliseconds state_period{10'000};
constexpr milliseconds wifi_period{1'000};
constexpr int lowest_cm = 60;
constexpr int highest_cm = 130;
constexpr int rssi_step_dbm = 4;  // a change that is worth a message

const char* name_of(Desk::State state) {
  switch (state) {
    case Desk::State::idle:
      return "IDLE";
    case Desk::State::moving_up:
      return "MOVING_UP";
    case Desk::State::moving_down:
      return "MOVING_DOWN";
    case Desk::State::stabilizing:
      return "STABILIZING";
    default:
      return "ERROR";
  }
}

std::optional<std::int64_t> integer(const Value& object, std::string_view name, std::int64_t low, std::int64_t high) {
  const auto* value = object.find(name);
  if (value == nullptr || !value->is_int() || value->as_int() < low || value->as_int() > high) return std::nullopt;
  return value->as_int();
}

std::string_view text(const Value& object, std::string_view name) {
  const auto* value = object.find(name);
  return value != nullptr && value->is_text() ? value->as_text() : std::string_view();
}

}  // namespace

Desk::Desk(const DeskOptions& options, Timestamp boot)
    : options_(options),
      random_(options.seed),
      motor_(720, options.motor),
      sensor_(options.sensor, random_),
      wifi_(random_),
      // As mounted: desk b's sensor sits 4 mm lower than the others'.
      offset_mm_(options.name == "b" ? 102 : 98),
      boot_(boot),
      now_(boot),
      entered_(boot),
      state_told_(boot),
      sensor_heard_(boot),
      wander_at_(boot + milliseconds(4'000 + random_.pick(4'000))),
      wifi_felt_(boot) {
  presets_[0] = Preset{"Sitting", 72};
  presets_[1] = Preset{"Standing", 110};
}

std::string Desk::topic(std::string_view rest) const {
  return fmt::format("desk/{}/{}", options_.name, rest);
}

message::Connection::Identity Desk::identity() {
  return {.client_id = "desk-" + options_.name,
          .will = message::Publish{topic("online"), "offline", 1, true},
          .subscriptions = {topic("cmd/+")}};
}

void Desk::connected(Timestamp now, Publishes& out) {
  step(now, out);
  out.push_back({topic("online"), "online", 1, true});
  publish_wifi(out);
  publish_state(out);
  for (std::size_t slot = 0; slot < presets_.size(); ++slot) {
    if (presets_[slot]) publish_preset(slot, *presets_[slot], "saved", out);
  }
}

void Desk::receive(const message::Message& message, Timestamp now, Publishes& out) {
  step(now, out);
  if (message.topic == topic("cmd/move")) take_move(message.payload, out);
  if (message.topic == topic("cmd/preset")) take_preset(message.payload, out);
}

void Desk::take_move(std::string_view payload, Publishes& out) {
  const auto command = parse_json(payload);
  if (!command) return;
  const auto target = integer(*command, "target_cm", lowest_cm, highest_cm);
  if (target) move_to(static_cast<int>(*target), out);
}

void Desk::take_preset(std::string_view payload, Publishes& out) {
  const auto command = parse_json(payload);
  if (!command) return;
  const auto number = integer(*command, "slot", 1, static_cast<std::int64_t>(presets_.size()));
  if (!number) return;
  const auto slot = static_cast<std::size_t>(*number - 1);
  auto& preset = presets_[slot];
  if (text(*command, "action") == "deleted") {
    publish_preset(slot, preset.value_or(Preset{"", 0}), "deleted", out);
    preset.reset();
    return;
  }
  const auto label = text(*command, "label");
  const auto height = integer(*command, "height_cm", lowest_cm, highest_cm);
  if (text(*command, "action") != "saved" || label.empty() || label.size() > 32 || !height) return;
  preset = Preset{std::string(label), static_cast<int>(*height)};
  publish_preset(slot, *preset, "saved", out);
}

void Desk::move_to(int target_cm, Publishes& out) {
  const double target_mm = target_cm * 10;
  target_cm_ = target_cm;
  motor_.drive_to(target_mm);
  enter(target_mm >= motor_.height() ? State::moving_up : State::moving_down, out);
}

void Desk::enter(State state, Publishes& out) {
  state_ = state;
  entered_ = now_;
  if (state == State::idle) {
    target_cm_.reset();
    wander_at_ = now_ + milliseconds(10'000 + random_.pick(10'000));
  }
  publish_state(out);
}

void Desk::boot(Timestamp now) {
  boot_ = now_ = entered_ = state_told_ = sensor_heard_ = wifi_felt_ = now;
  readings_ = 0;
  sensor_lost_ = false;
  state_ = State::idle;
  target_cm_.reset();
  motor_.halt();
  wander_at_ = now + milliseconds(10'000 + random_.pick(10'000));
}

void Desk::fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) {
  step(now, out);
  if (fault == "sensor_failure") {
    sensor_.break_off(true);
    sensor_broken_until_ = until;
  }
  if (fault == "stall") {
    motor_.block(true);
    stalled_until_ = until;
  }
  if (fault == "low_memory") publish_error("LOW_MEMORY", "Free heap below 50 KB", "warning", out);
}

Timestamp Desk::next_reading() const {
  const auto due = static_cast<double>(readings_ + 1) * 1000 / options_.readings_per_second;
  return boot_ + milliseconds(static_cast<std::int64_t>(std::ceil(due)));
}

/// A desk that stands still needs no control: the next tick is the one at which something happens.
Timestamp Desk::next_tick() const {
  if (is_moving() || state_ == State::stabilizing || !motor_.stands()) return now_ + control_period;
  auto next = std::min({next_reading(), state_told_ + state_period, wifi_felt_ + wifi_period});
  if (options_.automatic) next = std::min(next, wander_at_);
  if (sensor_broken_until_ > now_) next = std::min(next, sensor_broken_until_);
  if (stalled_until_ > now_) next = std::min(next, stalled_until_);
  const auto ticks = std::max<std::int64_t>(1, (next - now_ + control_period - milliseconds(1)) / control_period);
  return now_ + ticks * control_period;
}

Timestamp Desk::next_step() const {
  const auto next = next_tick();
  // While it moves, the firmware's ticks may come in bunches, as its messages do.
  return next > now_ + control_period ? next : std::min(next_reading(), now_ + longest_bunch);
}

void Desk::step(Timestamp now, Publishes& out) {
  if (now - now_ > longest_catch_up) {
    now_ = now - longest_catch_up;
    readings_ =
        static_cast<std::int64_t>(static_cast<double>((now_ - boot_).count()) * options_.readings_per_second / 1000);
  }
  for (auto next = next_tick(); next <= now; next = next_tick()) {
    now_ = next;
    tick(out);
  }
  if (now > now_) now_ += (now - now_) / control_period * control_period;
}

void Desk::tick(Publishes& out) {
  if (now_ >= sensor_broken_until_) sensor_.break_off(false);
  if (now_ >= stalled_until_) motor_.block(false);
  control(out);
  const auto due = static_cast<std::int64_t>(static_cast<double>(uptime_ms()) * options_.readings_per_second / 1000);
  for (; readings_ < due; ++readings_) read_sensor(out);
  if (now_ - state_told_ >= state_period) publish_state(out);
  if (now_ - wifi_felt_ >= wifi_period) feel_wifi(out);
}

void Desk::control(Publishes& out) {
  motor_.step(std::chrono::duration<double>(control_period).count());
  const auto in_state = now_ - entered_;
  if (is_moving()) {
    if (motor_.arrived()) {
      enter(State::stabilizing, out);
    } else if (in_state > movement_timeout && in_state % supervision_period == milliseconds(0)) {
      motor_.stop();
      enter(State::error, out);
    }
  } else if (state_ == State::stabilizing && in_state >= settling_time) {
    enter(State::idle, out);
  } else if (options_.automatic && now_ >= wander_at_ && state_ != State::stabilizing) {
    wander(out);
  }
}

void Desk::wander(Publishes& out) {
  wander_at_ = now_ + seconds(10);
  std::array<int, 5> heights{};
  int count = 0;
  for (const auto& preset : presets_) {
    // Not where it stands already.
    if (preset && std::abs(preset->height_cm * 10 - motor_.height()) > 10) {
      heights[static_cast<std::size_t>(count++)] = preset->height_cm;
    }
  }
  if (count > 0) move_to(heights[static_cast<std::size_t>(random_.pick(count))], out);
}

void Desk::read_sensor(Publishes& out) {
  const auto range = sensor_.range(motor_.height() + offset_mm_);
  if (!range) {
    if (now_ - sensor_heard_ >= sensor_patience && !sensor_lost_) lose_sensor(out);
    return;
  }
  sensor_heard_ = now_;
  sensor_lost_ = false;
  out.push_back({topic("range"), fmt::format(R"({{"raw_mm":{},"timestamp_ms":{}}})", *range, uptime_ms()), 0, false});
}

void Desk::lose_sensor(Publishes& out) {
  sensor_lost_ = true;
  publish_error("SENSOR_FAILURE", "VL53L5CX not responding on I2C", "critical", out);
  if (!is_moving()) return;
  motor_.stop();  // it cannot see where it goes
  enter(State::error, out);
}

void Desk::feel_wifi(Publishes& out) {
  wifi_felt_ = now_;
  wifi_.step();
  if (std::abs(wifi_.rssi() - rssi_told_) >= rssi_step_dbm) publish_wifi(out);
}

void Desk::publish_error(const char* code, const char* message, const char* severity, Publishes& out) const {
  out.push_back(
      {topic("error"),
       to_json(Value::object(
           {{"error_code", code}, {"message", message}, {"severity", severity}, {"timestamp_ms", uptime_ms()}})),
       1, false});
}

void Desk::publish_state(Publishes& out) {
  state_told_ = now_;
  const Value target = target_cm_ ? Value(*target_cm_) : Value();
  out.push_back(
      {topic("state"),
       to_json(Value::object({{"state", name_of(state_)}, {"target_cm", target}, {"timestamp_ms", uptime_ms()}})), 1,
       true});
}

void Desk::publish_wifi(Publishes& out) {
  rssi_told_ = wifi_.rssi();
  out.push_back({topic("wifi"),
                 to_json(Value::object({{"status", "connected"},
                                        {"ssid", "Workshop"},
                                        {"ip_address", "192.168.1.100"},
                                        {"rssi_dbm", rssi_told_},
                                        {"timestamp_ms", uptime_ms()}})),
                 1, true});
}

void Desk::publish_preset(std::size_t slot, const Preset& preset, const char* action, Publishes& out) const {
  out.push_back({topic(fmt::format("preset/{}", slot + 1)),
                 to_json(Value::object({{"label", preset.label}, {"height_cm", preset.height_cm}, {"action", action}})),
                 1, true});
}

}  // namespace sluice::simulator
