#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "simulator/physics/pump.h"
#include "simulator/physics/tank.h"
#include "simulator/random.h"

namespace sluice::simulator {

/// A line of a waterworks: a well pump lifts raw water into a tank, a transfer pump brings it through the filter into
/// the clear tank, and the town draws from that.
///
/// Both pumps start and stop by level, with a gap between, and the transfer pump never runs dry.
/// Invariant: what was taken from the well is in the tanks, was given to the town, leaked, or ran over.
///
/// Units: m3/h, m3, s.
class WaterLine {
 public:
  WaterLine(double raw_level, double clear_level) : raw_(20, 4, raw_level), clear_(40, 5, clear_level) {}

  void step(double seconds, double demand);
  void leak(bool leaks) { leaks_ = leaks; }
  /// The motor protection of the well pump.
  void trip(bool tripped) { well_.trip(tripped); }

  const Tank& raw() const { return raw_; }
  const Tank& clear() const { return clear_; }
  const Pump& well() const { return well_; }
  const Pump& transfer() const { return transfer_; }
  double inflow() const { return inflow_; }
  double through() const { return through_; }
  double outflow() const { return outflow_; }
  // Since the start, m3:
  double taken() const { return taken_; }
  double given() const { return given_; }
  double leaked() const { return leaked_; }

 private:
  void control();

  Tank raw_;
  Tank clear_;
  Pump well_{{.most_flow = 80, .most_lift = 40, .rated_kw = 7.5}};
  Pump transfer_{{.most_flow = 70, .most_lift = 20, .rated_kw = 4}};
  double inflow_ = 0;
  double through_ = 0;
  double outflow_ = 0;
  double taken_ = 0;
  double given_ = 0;
  double leaked_ = 0;
  bool leaks_ = false;
};

/// A waterworks of some lines, and what its instruments show: `tags_a_line` values each, and some of the whole site.
class Waterworks {
 public:
  /// One instrument.
  struct Tag {
    std::string line;  // "line1", or "" for the site's own
    std::string name;  // "raw_level"
    bool is_switch = false;
    double value = 0;
  };
  static constexpr int tags_a_line = 20;

  Waterworks(int lines, Random& random);

  /// Goes on by so long, to that time of the day.
  void step(milliseconds time, Timestamp now);
  /// Reads all instruments anew.
  void read();

  const std::vector<Tag>& tags() const { return tags_; }
  const std::vector<WaterLine>& lines() const { return lines_; }
  /// At the first line, until then: `leak` or `pump_trip`; other faults do nothing.
  void fail(std::string_view fault, Timestamp until);

 private:
  void read_line(const WaterLine& line);
  /// What the next instrument shows, in steps of 1 / `decimals`.
  void show(double value, double noise, double decimals);

  Random& random_;
  std::vector<WaterLine> lines_;
  std::vector<double> thirst_;  // of each line's part of the town, around 1
  double water_temperature_ = 11.5;
  Timestamp leaks_until_{};
  Timestamp tripped_until_{};
  std::vector<Tag> tags_;
  std::size_t next_ = 0;  // the instrument to read
};

}  // namespace sluice::simulator
