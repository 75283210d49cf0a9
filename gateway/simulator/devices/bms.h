#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "simulator/device.h"
#include "simulator/devices/cell_pack.h"
#include "simulator/fleet.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct BmsOptions {
  std::string name = "p1";
  std::uint64_t seed = 1;
  int cells = 16;
  double reports_per_second = 0.5;
  FleetOptions::CellTopics topics = FleetOptions::CellTopics::pack;
};

/// A battery management system: it measures the cells of a pack, bleeds those that are ahead, and reports every 2 s,
/// at once when a cell jumps.
///
/// The pack belongs to a house: the sun charges it until a cell is full, then changing loads empty it until one is low,
/// and so on.
class Bms final : public Device {
 public:
  Bms(const BmsOptions& options, Timestamp boot);

  message::Connection::Identity identity() const override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override { return now_ + measuring_period_; }

 private:
  struct Reading {
    int millivolts = 0;
    bool balancing = false;
  };
  void measure();
  void choose_current();
  void balance();
  bool jumped(std::size_t cell) const;
  void report(bool all, Publishes& out);
  void report_cells(bool all, Publishes& out);
  std::string topic(std::string_view rest) const;

  const BmsOptions options_;
  const milliseconds report_period_;
  const milliseconds measuring_period_;
  Random random_;
  CellPack pack_;
  Timestamp now_;
  Timestamp reported_;
  Timestamp current_until_;  // then the load, or the sun, changes
  double amperes_ = 0;
  bool charging_ = true;
  std::vector<Reading> measured_;
  std::vector<Reading> told_;
};

}  // namespace sluice::simulator
