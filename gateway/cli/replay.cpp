#include "cli/replay.h"

#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <cstdio>
#include <filesystem>
#include <utility>

#include "app/event_print.h"
#include "app/gateway.h"
#include "app/replay_broker.h"
#include "app/serving_mappings.h"
#include "base/log.h"
#include "base/text.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/replay_view.h"
#include "recording/capture_input.h"
#include "recording/capture_reader.h"
#include "recording/excerpt_reader.h"

namespace sluice::cli {
namespace {

constexpr milliseconds look_every{100};
constexpr milliseconds drain_patience{10'000};

/// `from`, `to`, `filter` and `rewrite`, as they are read for each round anew. Error: `where` names the option.
Expected<recording::ExcerptOptions> excerpt_options(const ReplayFlags& flags) {
  recording::ExcerptOptions options;
  const auto point = [](const std::string& text, std::optional<recording::CapturePoint>& into) -> Expected<void> {
    if (text.empty()) return {};
    auto read = recording::CapturePoint::parse(text);
    if (!read) return tl::unexpected(read.error());
    into = *read;
    return {};
  };
  if (auto read = point(flags.from, options.from); !read) return unexpected("--from", read.error().message);
  if (auto read = point(flags.to, options.to); !read) return unexpected("--to", read.error().message);
  for (const auto& text : flags.filters) {
    auto filter = message::TopicFilter::parse(text);
    if (!filter) return unexpected("--filter", filter.error().message);
    options.filters.push_back(std::move(*filter));
  }
  for (const auto& text : flags.rewrites) {
    auto rewrite = recording::TopicRewrite::parse(text);
    if (!rewrite) return unexpected("--rewrite", rewrite.error().message);
    options.rewrites.push_back(std::move(*rewrite));
  }
  return options;
}

Expected<recording::ReplayOptions> replay_options(const ReplayFlags& flags) {
  constexpr double slowest = 0.001;
  constexpr double fastest = 1000;
  recording::ReplayOptions options;
  options.loop = flags.loop;
  options.live = flags.file == "-";
  const bool printed = !flags.print.empty();
  if (flags.speed == "max" || printed) {
    options.speed = 0;
  } else {
    const auto speed = parse_number(flags.speed);
    if (!speed || *speed < slowest || *speed > fastest) {
      return unexpected("--speed",
                        fmt::format("'{}', expected {} to {}, or max", excerpt(flags.speed), slowest, fastest));
    }
    options.speed = *speed;
  }
  if (!flags.tail.empty()) {
    const auto tail = parse_duration(flags.tail);
    if (!tail) return unexpected("--tail", tail.error().message);
    options.tail = *tail;
  }
  return options;
}

/// What does not go together. Error: in one sentence.
Expected<void> check(const ReplayFlags& flags) {
  const bool into = !flags.into.empty() || !flags.print.empty() || flags.gateway.listen.has_value();
  if (flags.gateway.mqtt && into) return unexpected("--mqtt plays to a broker: not with --into, --listen or --print");
  if (!flags.gateway.mqtt && !into) {
    return unexpected("say where to: --mqtt URL (a broker), --into pipeline (browsers) or --print sse (the events)");
  }
  if (!flags.print.empty() && flags.gateway.listen)
    return unexpected("--print ends with the capture: not with --listen");
  if (!flags.print.empty() && flags.loop) return unexpected("--print ends with the capture: not with --loop");
  if (flags.print.empty() && !(flags.stream.empty() && flags.parameters.empty())) {
    return unexpected("--stream and --with say what --print prints: add --print sse");
  }
  if (!flags.parameters.empty() && flags.stream.empty()) return unexpected("--with needs --stream");
  if (flags.loop && flags.file == "-") return unexpected("standard input comes once: not with --loop");
  return {};
}

recording::CaptureOptions capture_options(const ReplayFlags& flags,
                                          std::shared_ptr<recording::CaptureProgress> progress) {
  using Direction = recording::CaptureOptions::Direction;
  recording::CaptureOptions options;
  options.progress = std::move(progress);
  if (flags.direction == "to-broker") options.direction = Direction::to_broker;
  if (flags.direction == "from-broker") options.direction = Direction::from_broker;
  return options;
}

recording::ReadAhead::Open opener(const ReplayFlags& flags,
                                  const std::shared_ptr<recording::CaptureProgress>& progress) {
  return [flags, progress]() -> Expected<std::unique_ptr<recording::CaptureReader>> {
    progress->read = 0;
    auto whole = recording::open_capture(flags.file, capture_options(flags, progress));
    if (!whole) return whole;
    auto options = excerpt_options(flags);
    if (!options) return tl::unexpected(options.error());
    return std::make_unique<recording::ExcerptReader>(std::move(*whole), std::move(*options));
  };
}

int refuse(const Error& error, int exit) {
  std::fprintf(stderr, "%s\n", error.text().c_str());
  return exit;
}

int replay(const ReplayFlags& flags) {
  if (const auto checked = check(flags); !checked) return refuse(checked.error(), exit_usage);
  if (const auto read = excerpt_options(flags); !read) return refuse(read.error(), exit_usage);
  auto options = replay_options(flags);
  if (!options) return refuse(options.error(), exit_usage);
  if (flags.file != "-" && !std::filesystem::exists(flags.file)) {
    return refuse({flags.file, "no such file"}, exit_no_input);
  }
  auto config = configuration(flags.gateway);
  if (!config) {
    print(config.error());
    return config.error().front().where == "--mqtt" ? exit_usage : exit_configuration;
  }
  if (!flags.gateway.mqtt && !std::filesystem::exists(config->mappings)) {
    return refuse({config->mappings, "no such file or folder (--mappings PATH, or `mappings:` in the configuration)"},
                  exit_no_input);
  }
  std::optional<ReplaySignals> signals;  // before the thread that reads ahead
  if (flags.print.empty()) signals.emplace();
  auto progress = std::make_shared<recording::CaptureProgress>();
  auto replayer = recording::Replayer::make(opener(flags, progress), std::move(*options));
  if (!replayer) return refuse(replayer.error(), exit_failed);
  Playing playing{std::move(*config), std::move(*replayer), progress, flags.file};
  if (flags.gateway.mqtt) return play_to_broker(playing, *signals);
  return flags.print.empty() ? play_to_browsers(playing, *signals) : play_to_output(playing, flags);
}

}  // namespace

int play_to_browsers(Playing& playing, const ReplaySignals& signals) {
  auto& replayer = *playing.replayer;
  app::ReplayBroker broker(replayer, "replay of " + playing.name);
  const app::BrokerStandIn stand_in{broker, replayer.clock(), replayer.epoch()};
  auto gateway = app::Gateway::start(playing.config, &stand_in);
  if (!gateway) {
    print(gateway.error());
    return exit_configuration;
  }
  log::note("replaying " + playing.name + "; listening on " + (*gateway)->url());
  ReplayView view(playing, [&] { return (*gateway)->events(); });
  bool told = false;
  while (view.look(signals, look_every)) {
    if (!replayer.ended() || std::exchange(told, true)) continue;
    view.tell_end();
    log::note("the capture is over; what came of it is served until Ctrl-C");
  }
  (*gateway)->drain();
  for (milliseconds waited{0}; waited < drain_patience; waited += milliseconds(50)) {
    if ((*gateway)->wait_drained(milliseconds(0)) || signals.came(milliseconds(50)) != 0) break;
  }
  return replayer.fault_count() == 0 ? exit_ok : exit_failed;
}

int play_to_output(Playing& playing, const ReplayFlags& flags) {
  app::EventPrint::Wanted wanted{flags.stream, {}};
  for (const auto& text : flags.parameters) {
    const auto equals = text.find('=');
    if (equals == std::string::npos || equals == 0) {
      return refuse({"--with", "'" + excerpt(text) + "', expected name=value"}, exit_usage);
    }
    wanted.parameters.emplace_back(text.substr(0, equals), text.substr(equals + 1));
  }
  const auto mappings = app::load_mappings(playing.config, {});
  if (!mappings) {
    print(mappings.error());
    return exit_configuration;
  }
  auto& replayer = *playing.replayer;
  app::ReplayBroker broker(replayer, "replay of " + playing.name);
  const app::BrokerStandIn stand_in{broker, replayer.clock(), replayer.epoch()};
  auto printing = app::EventPrint::make(*mappings, stand_in, wanted);
  if (!printing) return refuse(printing.error(), exit_usage);
  ReplayView view(playing, [&] { return (*printing)->events(); });
  std::string out;
  while (!replayer.ended()) {
    out.clear();
    (*printing)->turn(out);
    if (!out.empty() && std::fwrite(out.data(), 1, out.size(), stdout) != out.size()) return exit_failed;
    view.show();
  }
  if (std::fflush(stdout) != 0) return exit_failed;
  const int exit = view.tell_end();
  if (const auto failures = (*printing)->failures(); failures > 0) {
    std::fprintf(stderr, "%s messages could not be mapped\n", grouped(failures).c_str());
  }
  return exit;
}

void add_replay(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("replay", "Play a capture: to a broker, to browsers, or print its events.");
  const auto flags = std::make_shared<ReplayFlags>();
  command->add_option("capture", flags->file, "The capture, of any format that is known; - is standard input")
      ->required();
  command->add_option("--mqtt", flags->gateway.mqtt, "Play to this broker: mqtt://127.0.0.1:1883");
  command->add_option("--into", flags->into, "pipeline: map the messages and serve the events, without a broker")
      ->check(CLI::IsMember({"pipeline"}));
  command->add_option("--listen", flags->gateway.listen,
                      "Where to serve them: 127.0.0.1:8080; port 0 for any free one");
  command->add_option("--mappings", flags->gateway.mappings, "A folder of mappings, or one file");
  command->add_option("--config", flags->gateway.config, "Configuration; default sluice.yaml where there is one");
  command->add_option("--print", flags->print, "sse: write the events to standard output, and end")
      ->check(CLI::IsMember({"sse"}));
  command->add_option("--stream", flags->stream, "Print this stream as a client gets it; default all events");
  command->add_option("--with", flags->parameters, "A parameter of it: desk=a")->allow_extra_args(false);
  command->add_option("--speed", flags->speed, "Seconds of the capture a second: 0.1, 10, or max")
      ->capture_default_str();
  command->add_flag("--loop", flags->loop, "Begin anew at the end");
  command->add_option("--from", flags->from, "Begin here: 90s after its start, or 2026-03-01T08:00:00Z");
  command->add_option("--to", flags->to, "End here");
  command->add_option("--tail", flags->tail, "Let so much time pass after the last message, so that timers fire: 1m");
  command->add_option("-f,--filter", flags->filters, "Only these topics; may be given again")->allow_extra_args(false);
  command->add_option("--rewrite", flags->rewrites, "Change topics: 's/^plant1/plant2/'")->allow_extra_args(false);
  command->add_option("--direction", flags->direction, "Of a packet capture: publishes to-broker, from-broker, or auto")
      ->check(CLI::IsMember({"auto", "to-broker", "from-broker"}))
      ->capture_default_str();
  command->callback([flags, &chosen] { chosen = [flags] { return replay(*flags); }; });
}

}  // namespace sluice::cli
