#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "simulator/device.h"
#include "simulator/physics/battery.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct BmsOptions {
  enum class Topics : std::uint8_t { pack, cell, raw };

  std::string name = "p1";
  std::uint64_t seed = 1;
  int cells = 16;
  Chemistry chemistry = Chemistry::lfp;
  double reports_per_second = 0.5;
  Topics topics = Topics::pack;
};

/// A battery management system: it measures the cells of a pack, bleeds those that are ahead, and reports every 2 s,
/// at once when a cell jumps: the whole pack, cell by cell, or packed into 16 bits each.
class Bms final : public Device {
 public:
  Bms(const BmsOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override { return now_ + measuring_period_; }
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

 private:
  bool jumped(std::size_t cell) const;
  void report(bool all, Publishes& out);
  void report_cells(bool all, Publishes& out);
  std::string packed() const;
  std::string whole() const;
  std::string topic(std::string_view rest) const;

  const BmsOptions options_;
  const milliseconds report_period_;
  const milliseconds measuring_period_;
  Random random_;
  Battery battery_;
  Timestamp now_;
  Timestamp reported_;
  std::vector<Battery::Reading> told_;
};

}  // namespace sluice::simulator
