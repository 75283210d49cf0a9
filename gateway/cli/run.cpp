#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdint>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <string>

#include "app/config.h"
#include "app/gateway.h"
#include "base/log.h"
#include "base/version.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/serve.h"

namespace sluice::cli {
namespace {

constexpr milliseconds drain_patience{10'000};
constexpr milliseconds second{1'000};

/// Blocks the signals that end or reload the program in all threads, so that wait() gets them.
class Signals {
 public:
  Signals() {
    sigemptyset(&set_);
    sigaddset(&set_, SIGTERM);
    sigaddset(&set_, SIGINT);
    auto blocked = set_;
    sigaddset(&blocked, SIGHUP);
    pthread_sigmask(SIG_BLOCK, &blocked, nullptr);
    with_reload_ = blocked;
    std::signal(SIGPIPE, SIG_IGN);
  }
  enum class Came : std::uint8_t { nothing, reload, end };
  /// Waits for one; with `patience` no longer than that.
  Came wait(std::optional<milliseconds> patience) const {
    int signal = 0;
    if (patience) {
      const auto time = to_timespec(*patience);
      signal = sigtimedwait(&with_reload_, nullptr, &time);
    } else {
      sigwait(&with_reload_, &signal);
    }
    if (signal <= 0) return Came::nothing;
    return signal == SIGHUP ? Came::reload : Came::end;
  }
  /// True when one that ends came within `patience`.
  bool came(milliseconds patience) const {
    const auto time = to_timespec(patience);
    return sigtimedwait(&set_, nullptr, &time) > 0;
  }

 private:
  static timespec to_timespec(milliseconds time) { return {time.count() / 1000, time.count() % 1000 * 1'000'000}; }

  sigset_t set_{};  // those that end
  sigset_t with_reload_{};
};

void wait_for_end(const Signals& signals, app::Gateway& gateway, const ServeFlags& flags, const StandIn* stand_in) {
  const bool watches = stand_in != nullptr && stand_in->every_second;
  while (true) {
    const auto came = signals.wait(watches ? std::optional(second) : std::nullopt);
    if (came == Signals::Came::end) return;
    if (came == Signals::Came::reload) gateway.reload(configuration(flags));
    if (came == Signals::Came::nothing && watches) stand_in->every_second();
  }
}

}  // namespace

int serve(const ServeFlags& flags, const StandIn* stand_in) {
  const Signals signals;
  log::verbose(flags.verbose);
  if (!flags.config.empty() && !std::filesystem::exists(flags.config)) {
    std::fprintf(stderr, "%s: no such file\n", flags.config.c_str());
    return exit_no_input;
  }
  auto config = configuration(flags);
  if (!config) {
    print(config.error());
    return exit_configuration;
  }
  if (!std::filesystem::exists(config->mappings)) {
    std::fprintf(stderr, "%s: no such file or folder (--mappings PATH, or `mappings:` in the configuration)\n",
                 config->mappings.c_str());
    return exit_no_input;
  }
  auto gateway = app::Gateway::start(std::move(*config), stand_in == nullptr ? nullptr : &stand_in->broker);
  if (!gateway) {
    print(gateway.error());
    return exit_configuration;
  }
  log::note("listening on " + (*gateway)->url());
  if (const auto admin = (*gateway)->admin_url(); !admin.empty()) log::note("admin routes at " + admin);
  wait_for_end(signals, **gateway, flags, stand_in);
  log::note("draining: each client gets complete events, then a clean end; a second signal ends at once");
  (*gateway)->drain();
  for (milliseconds waited{0}; waited < drain_patience; waited += milliseconds(50)) {
    if ((*gateway)->wait_drained(milliseconds(0)) || signals.came(milliseconds(50))) break;
  }
  log::note("stopped");
  return exit_ok;
}

void add_serve_options(CLI::App& command, ServeFlags& flags) {
  command.add_option("--listen", flags.listen, "Address and port: 127.0.0.1:8080; port 0 for any free one");
  command.add_option("--mappings", flags.mappings, "A folder of mappings, or one file");
  command.add_option("--web-root", flags.web_root, "Serve the pages from this folder instead of the built-in ones");
  command.add_flag("-v,--verbose", flags.verbose, "Log more");
}

void add_run(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("run", "Serve: map the broker's messages and stream the events.");
  const auto flags = std::make_shared<ServeFlags>();
  command->add_option("config", flags->config, "Configuration; default sluice.yaml where there is one");
  command->add_option("--mqtt", flags->mqtt, "The broker: mqtt://127.0.0.1:1883");
  add_serve_options(*command, *flags);
  command->callback([flags, &chosen] { chosen = [flags] { return serve(*flags); }; });
}

}  // namespace sluice::cli
