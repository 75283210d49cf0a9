#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "simulator/device.h"
#include "simulator/physics/waterworks.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct ScadaOptions {
  std::string name = "s1";
  std::uint64_t seed = 1;
  int tags = 245;  // about: whole lines of 20, and five of the site
  double scans_per_second = 0.2;
  bool batches = false;  // one message a scan instead of one a tag

  int lines() const { return tags / Waterworks::tags_a_line > 0 ? tags / Waterworks::tags_a_line : 1; }
};

/// The data collector of a waterworks: it scans all tags every 5 s and publishes each as a plain number, spread over
/// the scan, or all as one batch.
class ScadaSite final : public Device {
 public:
  ScadaSite(const ScadaOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override { return now_ + period_; }
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

  static constexpr std::string_view faults[] = {"leak", "pump_trip", "silent_tag"};

 private:
  void publish_due(Publishes& out);
  void publish_batch(Publishes& out) const;
  bool is_silent(std::size_t tag) const;

  const ScadaOptions options_;
  const milliseconds scan_period_;
  const milliseconds period_;  // of the control
  Random random_;
  Waterworks works_;
  Timestamp boot_;
  Timestamp now_;
  std::int64_t published_ = 0;  // tags, or batches, since boot
  std::size_t silent_tag_ = 0;
  Timestamp silent_until_{};
};

}  // namespace sluice::simulator
