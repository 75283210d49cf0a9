#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/device.h"
#include "simulator/devices/scada_site.h"
#include "simulator/physics/waterworks.h"
#include "simulator/random.h"
#include "simulator/sparkplug/edge_node.h"

namespace sluice::simulator {

/// A waterworks behind a Sparkplug B edge node: one device a line. Each scan tells only what changed, by alias; a
/// rebirth is done when a host asks for it.
class SparkplugSite final : public Device {
 public:
  SparkplugSite(const ScadaOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override { return now_ + period_; }
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

  static constexpr std::string_view faults[] = {"device_death", "leak", "lost_message", "pump_trip"};

 private:
  struct Line {
    std::string name;  // of the device; "" for the node
    std::size_t first = 0;
    std::size_t end = 0;  // of its tags
    bool dead = false;
  };
  std::vector<sparkplug::Metric> metrics_of(const Line& line, bool names, bool all);
  void be_born(Publishes& out);
  void bear(Line& line, Publishes& out);
  void scan(Publishes& out);

  const ScadaOptions options_;
  const milliseconds scan_period_;
  const milliseconds period_;  // of the control
  Random random_;
  Waterworks works_;
  sparkplug::EdgeNode node_;
  std::vector<Line> lines_;  // the node's own last
  std::vector<double> told_;
  Timestamp now_;
  Timestamp scanned_;
  bool born_ = false;
  Timestamp dead_until_{};
};

}  // namespace sluice::simulator
