#pragma once

#include <functional>

#include "app/broker_stand_in.h"
#include "cli/serve_flags.h"

namespace CLI {
class App;
}

namespace sluice::cli {

/// `--listen --mappings --web-root --verbose`
void add_serve_options(CLI::App& command, ServeFlags& flags);

/// Where a gateway gets its messages when not from a broker, and what to do meanwhile.
struct StandIn {
  app::BrokerStandIn broker;
  std::function<void()> every_second;
};

/// Runs the gateway until a signal ends it; returns the exit code.
int serve(const ServeFlags& flags, const StandIn* stand_in = nullptr);

}  // namespace sluice::cli
