#pragma once

namespace sluice::simulator {

/// The lifting column of a desk: it speeds up, drives, and brakes in time for its target.
///
/// Units: mm, mm/s, mm/s2, s.
class DeskMotor {
 public:
  struct Limits {
    double speed = 38;
    double acceleration = 60;
  };

  DeskMotor(double height, Limits limits) : height_(height), limits_(limits) {}

  void drive_to(double target) {
    target_ = target;
    driven_ = true;
  }
  /// Takes the current away; the column brakes.
  void stop() { driven_ = false; }
  void step(double seconds);

  double height() const { return height_; }
  bool stands() const { return velocity_ == 0; }
  /// At the target and at rest.
  bool arrived() const;

 private:
  double height_;
  Limits limits_;
  double target_ = 0;
  double velocity_ = 0;
  bool driven_ = false;
};

}  // namespace sluice::simulator
