#pragma once

#include <algorithm>

namespace sluice::simulator {

/// A centrifugal pump with a drive that ramps: it gives less the higher it has to lift, and warms up while it runs.
///
/// Units: m3/h, m, kW, °C, s.
class Pump {
 public:
  struct Traits {
    double most_flow = 60;  // without any lift
    double most_lift = 40;  // without any flow
    double rated_kw = 7.5;
  };
  explicit Pump(Traits traits) : traits_(traits) {}

  void start() { wanted_ = !tripped_; }
  void stop() { wanted_ = false; }
  /// Its motor protection trips, or is set back.
  void trip(bool tripped) {
    tripped_ = tripped;
    if (tripped) wanted_ = false;
  }
  void step(double seconds) {
    const double change = seconds / 4;  // full speed in 4 s
    speed_ = std::clamp(wanted_ ? 1.0 : 0.0, speed_ - change, speed_ + change);
    hours_ += wanted_ ? seconds / 3600 : 0;
    const double warm = 24 + 38 * speed_ * speed_;
    temperature_ += (warm - temperature_) * std::min(1.0, seconds / 300);
  }

  bool runs() const { return wanted_; }
  bool tripped() const { return tripped_; }
  /// 0 to 1.
  double speed() const { return speed_; }
  double flow(double lift) const {
    const double head = traits_.most_lift * speed_ * speed_;
    return head <= lift ? 0 : traits_.most_flow * speed_ * (1 - lift / head);
  }
  double power() const { return traits_.rated_kw * speed_ * speed_ * speed_; }
  double temperature() const { return temperature_; }
  double hours() const { return hours_; }

 private:
  Traits traits_;
  bool wanted_ = false;
  bool tripped_ = false;
  double speed_ = 0;
  double temperature_ = 24;
  double hours_ = 0;
};

}  // namespace sluice::simulator
