#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>

#include "base/value.h"
#include "simulator/device.h"
#include "simulator/physics/battery.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct BatteryEmulatorOptions {
  std::string name = "emulator-p1";  // its host name, the first level of its topics
  std::uint64_t seed = 1;
  int cells = 96;
  Chemistry chemistry = Chemistry::nmc;
  double reports_per_second = 0.2;
};

/// Battery-Emulator (github.com/dalathegreat/Battery-Emulator): a car's battery behind a house's inverter. It publishes
/// its battery every 5 s, all cells every minute, each new incident once, and obeys `command/PAUSE`, `RESUME` and
/// `SET_LIMITS`.
///
/// For the first seconds after power-on it has not heard its battery yet, and says so.
class BatteryEmulator final : public Device {
 public:
  BatteryEmulator(const BatteryEmulatorOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override;
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

 private:
  void tick(Publishes& out);
  void take_limits(std::string_view payload);
  void watch_battery(Publishes& out);
  /// Says it once, when it begins.
  void incident(const std::string& type, bool is, std::string_view severity, int data, std::string_view text,
                Publishes& out);
  void publish_state(Publishes& out);
  void publish_cells(Publishes& out);
  Value battery_fields() const;
  bool hears_battery() const;
  std::string topic(std::string_view rest) const;

  struct Incident {
    bool is = false;
    int count = 0;
  };
  const BatteryEmulatorOptions options_;
  const milliseconds report_period_;
  Random random_;
  Battery battery_;
  Timestamp boot_;
  Timestamp now_;
  Timestamp told_state_;
  Timestamp told_cells_;
  Timestamp limits_until_{};
  bool limited_ = false;
  bool paused_ = false;
  double max_charge_amperes_;
  double max_discharge_amperes_;
  std::map<std::string, Incident> incidents_;
};

}  // namespace sluice::simulator
