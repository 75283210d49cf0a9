#pragma once

#include <memory>
#include <string>
#include <utility>
#include <vector>

#include "app/broker_stand_in.h"
#include "app/serving_mappings.h"
#include "base/expected.h"

namespace sluice::app {

/// Maps what a source gives, and writes the events as a client would get them, without a server: of one stream the very
/// bytes of a connection that was there from the beginning; of all streams each event once, in the order of the log,
/// named `file.event`.
///
/// Threads: one.
class EventPrint {
 public:
  struct Wanted {
    std::string stream;                                           // a public name; "": all events of all streams
    std::vector<std::pair<std::string, std::string>> parameters;  // of its path and query
  };

  /// Error: no such stream, or parameters that it does not take.
  static Expected<std::unique_ptr<EventPrint>> make(const LoadedMappings& mappings, const BrokerStandIn& stand_in,
                                                    const Wanted& wanted);
  ~EventPrint();

  /// Takes one batch from the source and appends what comes of it to `out`. The source must give batches small enough
  /// for the log: what their events come to, at most `log_bytes`.
  void turn(std::string& out);

  std::uint64_t events() const;     // of the log
  std::uint64_t failures() const;   // messages that rules could not use
  std::uint64_t unmatched() const;  // messages that no rule's topic matched

  static constexpr std::size_t log_bytes = std::size_t{256} << 20;

 private:
  struct Parts;
  explicit EventPrint(std::unique_ptr<Parts> parts);
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::app
