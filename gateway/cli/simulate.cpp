#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/log.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "mqtt/mqtt_connector.h"
#include "simulator/fleet.h"

namespace sluice::cli {
namespace {

constexpr milliseconds turn_time{200};
constexpr milliseconds report_every{10'000};
constexpr milliseconds first_patience{10'000};

struct Flags {
  std::string url = "mqtt://127.0.0.1:1883";
  simulator::FleetOptions fleet;
};

volatile std::sig_atomic_t ended = 0;

void on_signal(int) {
  ended = 1;
}

int simulate(const Flags& flags) {
  mqtt::MqttOptions options;
  if (const auto set = options.set_url(flags.url); !set) {
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
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);

  const auto started = clock.now();
  auto reported = started;
  bool was_up = false;
  std::uint64_t published = 0;
  while (ended == 0) {
    (*fleet)->turn(turn_time);
    const auto now = clock.now();
    const auto counts = (*fleet)->counts();
    if (!was_up && counts.connected == counts.devices) {
      was_up = true;
      log::note(std::to_string(counts.devices) + " " + flags.fleet.device + " connected to " + options.address());
    }
    if (!was_up && counts.connected == 0 && now - started > first_patience) {
      std::fprintf(stderr, "%s\n", connector.error().c_str());
      return exit_unavailable;
    }
    if (was_up && now - reported >= report_every) {
      const auto seconds = static_cast<double>((now - reported).count()) / 1000;
      std::fprintf(stderr, "%s: %zu of %zu connected, %.0f messages/s, %llu received\n", flags.fleet.device.c_str(),
                   counts.connected, counts.devices, static_cast<double>(counts.published - published) / seconds,
                   static_cast<unsigned long long>(counts.received));
      reported = now;
      published = counts.published;
    }
  }
  return exit_ok;
}

}  // namespace

void add_simulate(CLI::App& app, Chosen& chosen) {
  using Topics = simulator::FleetOptions::CellTopics;
  auto* command = app.add_subcommand("simulate", "Publish as device firmware does: desk, bms.");
  const auto flags = std::make_shared<Flags>();
  auto& fleet = flags->fleet;
  command->add_option("device", fleet.device, "Which firmware: " + simulator::device_names())->required();
  command->add_option("--mqtt", flags->url, "The broker")->capture_default_str();
  command->add_option("--count", fleet.count, "How many devices: desks a, b, c ...; packs p1, p2 ...")
      ->capture_default_str();
  command->add_option("--rate", fleet.rate, "Measurements a second of each; 0: the firmware's own")
      ->capture_default_str();
  command->add_option("--speed", fleet.speed, "Device seconds a second")->capture_default_str();
  command->add_option("--seed", fleet.seed, "The same seed, the same noise")->capture_default_str();
  command->add_option("--cells", fleet.cells, "Cells of a pack")->capture_default_str();
  command->add_option("--publish", fleet.cell_topics, "How a pack reports: cell, pack or raw")
      ->transform(CLI::CheckedTransformer(
          std::map<std::string, Topics>{{"cell", Topics::cell}, {"pack", Topics::pack}, {"raw", Topics::raw}}));
  command->add_flag("--auto,!--no-auto", fleet.automatic, "Idle desks move now and then")->capture_default_str();
  command->callback([flags, &chosen] { chosen = [flags] { return simulate(*flags); }; });
}

}  // namespace sluice::cli
