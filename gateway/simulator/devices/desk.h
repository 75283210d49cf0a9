#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>

#include "simulator/device.h"
#include "simulator/devices/desk_motor.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct DeskOptions {
  std::string name = "a";
  std::uint64_t seed = 1;
  double readings_per_second = 20;
  bool automatic = true;  // moves between its presets when idle for some 15 s
  DeskMotor::Limits motor = {};
  double noise_mm = 1.5;    // of a reading, standard deviation
  double drop_out = 0.005;  // readings without a result
};

/// A standing desk: a VL53L5CX distance sensor, a motor, five presets and wifi.
///
/// It drives to what `cmd/move` asks for (60 to 130 cm) and keeps what `cmd/preset` brings; other commands are ignored.
/// A movement without arrival after 30 s, or without a reading for 1 s, ends in ERROR, with the motor off, until the
/// next command.
class Desk final : public Device {
 public:
  enum class State : std::uint8_t { idle, moving_up, moving_down, stabilizing, error };

  Desk(const DeskOptions& options, Timestamp boot);

  message::Connection::Identity identity() const override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override;

  State state() const { return state_; }
  double height_mm() const { return motor_.height(); }

 private:
  struct Preset {
    std::string label;
    int height_cm;
  };
  bool is_moving() const { return state_ == State::moving_up || state_ == State::moving_down; }
  std::int64_t uptime_ms() const { return (now_ - boot_).count(); }
  std::string topic(std::string_view rest) const;
  void move_to(int target_cm, Publishes& out);
  void enter(State state, Publishes& out);
  void tick(Publishes& out);
  void control(Publishes& out);
  void wander(Publishes& out);
  void read_sensor(Publishes& out);
  void lose_sensor(Publishes& out);
  void feel_wifi(Publishes& out);
  void take_preset(std::string_view payload, Publishes& out);
  void take_move(std::string_view payload, Publishes& out);
  void publish_state(Publishes& out);
  void publish_wifi(Publishes& out);
  void publish_preset(std::size_t slot, const Preset& preset, const char* action, Publishes& out) const;

  const DeskOptions options_;
  Random random_;
  DeskMotor motor_;
  double offset_mm_;  // what the sensor reads beyond the height
  Timestamp boot_;
  Timestamp now_;  // of the last tick
  std::int64_t readings_ = 0;

  State state_ = State::idle;
  std::optional<int> target_cm_;
  Timestamp entered_;       // the state
  Timestamp state_told_;    // last published
  Timestamp sensor_heard_;  // its last reading
  bool sensor_lost_ = false;
  Timestamp wander_at_;  // the next movement of its own
  double rssi_dbm_ = -62;
  int rssi_told_ = 0;
  Timestamp wifi_felt_;
  std::array<std::optional<Preset>, 5> presets_;  // slot 1 first
};

}  // namespace sluice::simulator
