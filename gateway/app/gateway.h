#pragma once

#include <memory>
#include <string>

#include "app/broker_stand_in.h"
#include "app/config.h"
#include "base/expected.h"

namespace sluice::app {

/// The whole gateway: broker connection, pipeline, log, hub and HTTP server, put together and started.
///
/// Threads: the main thread.
class Gateway {
 public:
  /// Loads the mappings, runs their tests, listens, and connects to the broker (in the background: it need not be
  /// there). With a stand-in the broker is left alone.
  ///
  /// Error: everything wrong with the mappings, failing tests, or the address.
  static Expected<std::unique_ptr<Gateway>, Errors> start(Config config, const BrokerStandIn* stand_in = nullptr);
  ~Gateway();

  /// "http://127.0.0.1:8080"
  std::string url() const;
  /// Where the admin routes are open; "" when they have no address of their own.
  std::string admin_url() const;
  /// Events of the log so far.
  std::uint64_t events() const;
  /// Loads the mappings anew, in the background; a set that fails leaves the old one serving, and the log says why.
  /// `config`: what the configuration says now; options that differ from what runs are named in the log, for they
  /// cannot change while it runs.
  void reload(const Expected<Config, Errors>& config);
  /// Takes no more clients; each one gets complete events and then a clean end.
  void drain();
  /// True once drain() has ended every client; waits at most `patience`.
  bool wait_drained(milliseconds patience);

 private:
  Gateway();
  struct Parts;
  std::unique_ptr<Parts> parts_;
};

}  // namespace sluice::app
