#include <fmt/format.h>
#include <sys/resource.h>

#include <CLI/CLI.hpp>
#include <algorithm>
#include <csignal>
#include <cstdio>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "app/fleet_broker.h"
#include "base/clock.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/rate_line.h"
#include "cli/serve.h"
#include "mqtt/mqtt_connector.h"
#include "simulator/fleet.h"

namespace sluice::cli {
namespace {

constexpr milliseconds turn_time{200};
constexpr milliseconds first_patience{10'000};

struct Flags {
  std::optional<std::string> url;
  std::string into = "broker";
  simulator::FleetOptions fleet;
  std::vector<std::string> faults;
  ServeFlags gateway;
};

volatile std::sig_atomic_t ended = 0;

void on_signal(int) {
  ended = 1;
}

/// Allows as many open files as so many connections need, where the system lets us.
///
/// Error: it does not.
Expected<void> allow_connections(std::size_t count) {
  constexpr rlim_t others = 64;
  const rlim_t needed = count * mqtt::MqttConnector::descriptors_each + others;
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0 || limit.rlim_cur >= needed) return {};
  const auto before = limit.rlim_cur;
  limit.rlim_cur = std::min(needed, limit.rlim_max);
  if (limit.rlim_cur >= needed && setrlimit(RLIMIT_NOFILE, &limit) == 0) return {};
  return unexpected(
      fmt::format("{} devices need {} open files, {} each and some, but the limit is {}: raise it (ulimit -n {}), "
                  "simulate at most {}, or use --into pipeline, which needs none",
                  count, needed, mqtt::MqttConnector::descriptors_each, std::max(before, limit.rlim_max), needed,
                  (std::max(limit.rlim_max, others) - others) / mqtt::MqttConnector::descriptors_each));
}

int into_broker(const Flags& flags) {
  mqtt::MqttOptions options;
  if (const auto set = options.set_url(flags.url.value_or("mqtt://127.0.0.1:1883")); !set) {
    std::fprintf(stderr, "--mqtt: %s\n", set.error().message.c_str());
    return exit_usage;
  }
  const SystemClock clock;
  mqtt::MqttConnector connector(options);
  auto fleet = simulator::Fleet::make(flags.fleet, connector, clock);
  if (!fleet) {
    std::fprintf(stderr, "%s\n", fleet.error().message.c_str());
    return exit_usage;
  }
  if (const auto allowed = allow_connections((*fleet)->counts().devices); !allowed) {
    std::fprintf(stderr, "%s\n", allowed.error().message.c_str());
    return exit_failed;
  }
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);

  const auto started = clock.now();
  RateLine rates(flags.fleet.device, started);
  auto looked = started;
  bool was_up = false;
  while (ended == 0) {
    (*fleet)->turn(turn_time);
    const auto now = clock.now();
    if (now - looked < turn_time) continue;
    looked = now;
    const auto counts = (*fleet)->counts();
    if (!was_up && counts.connected == counts.devices) {
      was_up = true;
      log::note(std::to_string(counts.devices) + " " + flags.fleet.device + " connected to " + options.address());
    }
    if (!was_up && counts.connected == 0 && now - started > first_patience) {
      std::fprintf(stderr, "%s\n", connector.error().c_str());
      return exit_unavailable;
    }
    if (rates.due(now)) rates.tell(counts, now);
  }
  return exit_ok;
}

int into_pipeline(const Flags& flags) {
  const SystemClock clock;
  const auto fleet = app::FleetBroker::make(flags.fleet, clock);
  if (!fleet) {
    std::fprintf(stderr, "%s\n", fleet.error().text().c_str());
    return exit_usage;
  }
  RateLine rates(flags.fleet.device, clock.now());
  const StandIn stand_in{{**fleet, clock}, [&] {
                           if (rates.due(clock.now())) rates.tell((*fleet)->counts(), clock.now());
                         }};
  return serve(flags.gateway, &stand_in);
}

int simulate(Flags flags) {
  for (const auto& text : flags.faults) {
    auto fault = simulator::Fault::parse(text);
    if (!fault) {
      std::fprintf(stderr, "--fault: %s\n", fault.error().message.c_str());
      return exit_usage;
    }
    flags.fleet.faults.push_back(std::move(*fault));
  }
  const bool serves = flags.into == "pipeline";
  const auto& gateway = flags.gateway;
  if (!serves && (!gateway.config.empty() || gateway.listen || gateway.mappings || gateway.web_root)) {
    std::fprintf(stderr, "a configuration, --listen, --mappings and --web-root need --into pipeline\n");
    return exit_usage;
  }
  if (serves && flags.url) {
    std::fprintf(stderr, "--mqtt does not go with --into pipeline: there is no broker between\n");
    return exit_usage;
  }
  return serves ? into_pipeline(flags) : into_broker(flags);
}

}  // namespace

void add_simulate(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("simulate", "Publish as device firmware does: " + simulator::device_names() + ".");
  const auto flags = std::make_shared<Flags>();
  auto& fleet = flags->fleet;
  command->add_option("device", fleet.device, "Which firmware: all " + simulator::device_names())->required();
  command->add_option("config", flags->gateway.config, "With --into pipeline: the gateway's configuration");
  command->add_option("--mqtt", flags->url, "The broker; default mqtt://127.0.0.1:1883");
  command->add_option("--into", flags->into, "broker, or pipeline: run the gateway too, without a broker between")
      ->check(CLI::IsMember({"broker", "pipeline"}))
      ->capture_default_str();
  command->add_option("--count", fleet.count, "How many devices; of all: of each kind and shape")
      ->capture_default_str();
  command->add_option("--rate", fleet.rate, "Measurements a second of each; 0: the firmware's own")
      ->capture_default_str();
  command->add_option("--speed", fleet.speed, "Device seconds a second")->capture_default_str();
  command->add_option("--seed", fleet.seed, "The same seed, the same noise")->capture_default_str();
  command->add_option("--publish", fleet.shape,
                      "How it publishes: bms: pack cell raw emulator; scada: tags batch sparkplug; mixed: in turn");
  command->add_option("--fault", flags->faults, "What breaks, and when: stall@30s, link_loss@1m+20s; repeatable")
      ->allow_extra_args(false);
  command->add_option("--cells", fleet.cells, "Cells of a pack")->capture_default_str();
  command->add_option("--chemistry", fleet.chemistry, "Of the cells: lfp, nmc")->capture_default_str();
  command->add_option("--tags", fleet.tags, "Tags of a scada site, about")->capture_default_str();
  command->add_flag("--auto,!--no-auto", fleet.automatic, "Idle desks move now and then")->capture_default_str();
  add_serve_options(*command, flags->gateway);
  command->callback([flags, &chosen] { chosen = [flags] { return simulate(*flags); }; });
}

}  // namespace sluice::cli
