#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "simulator/device.h"
#include "simulator/physics/distance_sensor.h"
#include "simulator/physics/motor.h"
#include "simulator/physics/wifi.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct DeskOptions {
  std::string name = "a";
  std::uint64_t seed = 1;
  double readings_per_second = 20;
  bool automatic = true;  // moves between its presets when idle for some 15 s
  Motor::Limits motor = {};
  DistanceSensor::Traits sensor = {};
};

/// A standing desk: a distance sensor, a motor, five presets and wifi.
///
/// It drives to what `cmd/move` asks for (60 to 130 cm) and keeps what `cmd/preset` brings; other commands are ignored.
/// A movement without arrival after 30 s, or without a reading for 1 s, ends in ERROR, with the motor off, until the
/// next command. Presets and height outlast a reboot, the uptime clock does not.
class Desk final : public Device {
 public:
  enum class State : std::uint8_t { idle, moving_up, moving_down, stabilizing, error };

  Desk(const DeskOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override;
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

  static constexpr std::string_view faults[] = {"low_memory", "sensor_failure", "stall"};

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
  Timestamp next_tick() const;
  Timestamp next_reading() const;
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
  void publish_error(const char* code, const char* message, const char* severity, Publishes& out) const;
  void publish_preset(std::size_t slot, const Preset& preset, const char* action, Publishes& out) const;

  const DeskOptions options_;
  Random random_;
  Motor motor_;
  DistanceSensor sensor_;
  Wifi wifi_;
  double offset_mm_;  // what the sensor reads beyond the height
  Timestamp boot_;
  Timestamp now_;  // all that happened until then is done
  std::int64_t readings_ = 0;

  State state_ = State::idle;
  std::optional<int> target_cm_;
  Timestamp entered_;       // the state
  Timestamp state_told_;    // last published
  Timestamp sensor_heard_;  // its last reading
  bool sensor_lost_ = false;
  Timestamp sensor_broken_until_{};
  Timestamp stalled_until_{};
  Timestamp wander_at_;  // the next movement of its own
  int rssi_told_ = 0;
  Timestamp wifi_felt_;
  std::array<std::optional<Preset>, 5> presets_;  // slot 1 first
};

}  // namespace sluice::simulator
