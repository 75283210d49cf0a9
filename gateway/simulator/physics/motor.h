#pragma once

namespace sluice::simulator {

/// A motor that drives a load along a way, as a desk's lifting column does: it speeds up, drives, and brakes in time
/// for its target.
///
/// Units: mm, mm/s, mm/s2, s.
class Motor {
 public:
  struct Limits {
    double speed = 38;
    double acceleration = 60;
  };

  Motor(double height, Limits limits) : height_(height), limits_(limits) {}

  void drive_to(double target) {
    target_ = target;
    driven_ = true;
  }
  /// Takes the current away; the load brakes.
  void stop() { driven_ = false; }
  /// Stands at once, as one that lost its power on a self-locking spindle.
  void halt() {
    driven_ = false;
    velocity_ = 0;
  }
  /// Something blocks the way: however much it is driven, it stands.
  void block(bool blocked) { blocked_ = blocked; }
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
  bool blocked_ = false;
};

}  // namespace sluice::simulator
