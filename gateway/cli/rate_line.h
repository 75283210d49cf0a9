#pragma once

#include <cstdint>
#include <string>

#include "base/clock.h"
#include "simulator/fleet.h"

namespace sluice::cli {

/// What a fleet does, on standard error: one line that is rewritten every second on a terminal, else a line every ten.
///
/// Threads: one.
class RateLine {
 public:
  RateLine(std::string what, Timestamp now);
  /// Ends the line.
  ~RateLine();
  RateLine(const RateLine&) = delete;
  RateLine& operator=(const RateLine&) = delete;

  bool due(Timestamp now) const { return now - told_ >= period_; }
  void tell(const simulator::Fleet::Counts& counts, Timestamp now);

 private:
  const std::string what_;
  const bool terminal_;
  const milliseconds period_;
  const Timestamp start_;
  Timestamp told_;
  std::uint64_t published_ = 0;
};

}  // namespace sluice::cli
