#include <fmt/format.h>

#include <CLI/CLI.hpp>
#include <csignal>
#include <cstdio>
#include <filesystem>
#include <memory>
#include <optional>
#include <random>
#include <string>
#include <vector>

#include "app/config.h"
#include "base/clock.h"
#include "base/log.h"
#include "base/units.h"
#include "cli/cli.h"
#include "cli/command_line.h"
#include "cli/convert.h"
#include "cli/terminal.h"
#include "message/filter_cover.h"
#include "message/topic_filter.h"
#include "mqtt/mqtt_source.h"
#include "recording/recorder.h"

namespace sluice::cli {
namespace {

using Steady = std::chrono::steady_clock;
using std::chrono::microseconds;

constexpr milliseconds turn_time{100};
constexpr milliseconds flush_every{1000};
constexpr milliseconds first_patience{10'000};
constexpr std::uint32_t largest_packet = 8U << 20;

struct Flags {
  std::string output;
  std::string convert;
  std::string direction = "auto";
  std::vector<std::string> filters;
  std::string config;
  std::optional<std::string> mqtt;
  std::string lasting;
  std::string most;
  std::string rotate_size;
  std::string rotate_every;
  std::size_t keep = 0;
};

struct Wanted {
  mqtt::MqttOptions broker;
  std::vector<std::string> filters;
  recording::RecorderOptions recorder;
  milliseconds lasting{0};  // 0: until a signal
};

volatile std::sig_atomic_t ended = 0;

void on_signal(int) {
  ended = 1;
}

/// Error: `where` names the option.
Expected<Wanted> read_flags(const Flags& flags) {
  Wanted wanted;
  const auto duration = [](const std::string& text, milliseconds& into) -> Expected<void> {
    if (text.empty()) return {};
    const auto read = parse_duration(text);
    if (!read) return tl::unexpected(read.error());
    into = *read;
    return {};
  };
  const auto bytes = [](const std::string& text, std::uint64_t& into) -> Expected<void> {
    if (text.empty()) return {};
    const auto read = parse_bytes(text);
    if (!read) return tl::unexpected(read.error());
    into = *read;
    return {};
  };
  auto& recorder = wanted.recorder;
  if (auto read = duration(flags.lasting, wanted.lasting); !read) return unexpected("--for", read.error().message);
  if (auto read = bytes(flags.most, recorder.most_bytes); !read) return unexpected("--max", read.error().message);
  if (auto read = bytes(flags.rotate_size, recorder.rotate_bytes); !read) {
    return unexpected("--rotate-size", read.error().message);
  }
  if (auto read = duration(flags.rotate_every, recorder.rotate_every); !read) {
    return unexpected("--rotate-every", read.error().message);
  }
  recorder.path = flags.output;
  recorder.keep = flags.keep;
  if (flags.keep > 0 && recorder.rotate_bytes == 0 && recorder.rotate_every.count() == 0) {
    return unexpected("--keep", "needs --rotate-size or --rotate-every: there is one file otherwise");
  }
  for (const auto& text : flags.filters) {
    const auto filter = message::TopicFilter::parse(text);
    if (!filter) return unexpected("--filter", filter.error().message);
    wanted.filters.push_back(filter->subscription());
  }
  wanted.filters = message::smallest_cover(wanted.filters);
  return wanted;
}

Expected<mqtt::MqttOptions, Errors> broker_options(const std::string& file, const std::optional<std::string>& url) {
  mqtt::MqttOptions options;
  if (!file.empty() || std::filesystem::exists("sluice.yaml")) {
    auto config = app::load_config(file.empty() ? "sluice.yaml" : file);
    if (!config) return tl::unexpected(config.error());
    options = config->mqtt;
  }
  if (url) {
    if (const auto set = options.set_url(*url); !set) return tl::unexpected(Errors{{"--mqtt", set.error().message}});
  }
  options.client_id = fmt::format("sluice-record-{:08x}", std::random_device()());
  options.session_expiry = milliseconds(0);
  options.packet_bytes = largest_packet;
  options.payload_bytes = largest_packet;
  return options;
}

/// A recording under way.
class Recording {
 public:
  explicit Recording(Wanted wanted) : wanted_(std::move(wanted)), broker_(wanted_.broker, clock_) {}

  int run() {
    if (!connect()) return exit_unavailable;
    started_ = Steady::now();
    auto recorder = recording::Recorder::start(
        wanted_.recorder, {.started = clock_.now(), .broker = wanted_.broker.address(), .filters = wanted_.filters});
    if (!recorder) return fail(recorder.error());
    recorder_ = std::move(*recorder);
    broker_.set_tap([this](const message::Message& message, message::Properties&& properties) {
      add(message, std::move(properties));
    });
    broker_.subscribe(wanted_.filters);
    log::note(fmt::format("recording {} from {} to {}; Ctrl-C ends", fmt::join(wanted_.filters, " "),
                          wanted_.broker.address(), recorder_->path()));
    const bool whole = record();
    const auto closed = recorder_->close();
    progress_.wipe();
    if (!closed) return fail(closed.error());
    if (!whole) return fail(*error_);
    tell_end();
    return exit_ok;
  }

 private:
  bool connect() {
    const auto until = Steady::now() + first_patience;
    while (ended == 0 && !broker_.link().connected) {
      broker_.poll(turn_time, [](message::Message&&) {});
      if (Steady::now() < until) continue;
      const auto error = broker_.status().error;
      std::fprintf(stderr, "%s\n", error.empty() ? (wanted_.broker.address() + ": no answer").c_str() : error.c_str());
      return false;
    }
    return ended == 0;
  }

  /// False when the capture cannot be written any more.
  bool record() {
    auto flush_at = Steady::now() + flush_every;
    while (ended == 0 && !full_ && !error_) {
      broker_.poll(turn_time, [](message::Message&&) {});
      broker_.acknowledge();
      if (broker_.link().session_lost) ++gaps_;
      const auto now = Steady::now();
      if (wanted_.lasting.count() > 0 && now - started_ >= wanted_.lasting) break;
      if (now < flush_at) continue;
      flush_at = now + flush_every;
      if (const auto flushed = recorder_->flush(time()); !flushed) keep(flushed.error());
      show_progress();
    }
    return !error_;
  }

  void add(const message::Message& message, message::Properties&& properties) {
    if (full_ || error_) return;
    captured_.time = time();
    captured_.message = message;
    captured_.properties.reset();
    if (!properties.empty()) captured_.properties = std::move(properties);
    const auto added = recorder_->add(captured_);
    if (!added) return keep(added.error());
    full_ = !*added;
  }

  microseconds time() const { return std::chrono::duration_cast<microseconds>(Steady::now() - started_); }

  void keep(const Error& error) {
    if (!error_) error_ = error;
  }

  static int fail(const Error& error) {
    std::fprintf(stderr, "%s\n", error.text().c_str());
    return exit_failed;
  }

  void show_progress() {
    const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(time()).count();
    progress_.show(fmt::format("{}  {} messages  {} messages/s  {}  {}{}", clock_text(seconds),
                               grouped(recorder_->messages()), grouped(recorder_->messages() - shown_),
                               size_text(recorder_->bytes()), recorder_->path(),
                               broker_.link().connected ? "" : "  the broker is away"));
    shown_ = recorder_->messages();
  }

  void tell_end() const {
    std::fprintf(stderr, "%s messages in %s, %s, %zu %s%s\n", grouped(recorder_->messages()).c_str(),
                 format_duration(std::chrono::duration_cast<milliseconds>(time())).c_str(),
                 size_text(recorder_->bytes()).c_str(), recorder_->files(), recorder_->files() == 1 ? "file" : "files",
                 full_ ? "; --max is reached" : "");
    if (gaps_ > 0) {
      std::fprintf(stderr, "the connection broke %llu times: messages of these times are missing\n",
                   static_cast<unsigned long long>(gaps_));
    }
  }

  const Wanted wanted_;
  const SystemClock clock_;
  mqtt::MqttSource broker_;
  std::unique_ptr<recording::Recorder> recorder_;
  recording::CapturedMessage captured_;
  Steady::time_point started_{};
  ProgressLine progress_;
  std::uint64_t shown_ = 0;  // messages
  std::uint64_t gaps_ = 0;
  bool full_ = false;
  std::optional<Error> error_;  // why nothing can be written any more
};

int record(const Flags& flags) {
  auto wanted = read_flags(flags);
  if (!wanted) {
    std::fprintf(stderr, "%s\n", wanted.error().text().c_str());
    return exit_usage;
  }
  if (!flags.convert.empty() && (flags.mqtt || !flags.lasting.empty() || !flags.rotate_every.empty())) {
    std::fprintf(stderr, "--convert reads a file to its end: not with --mqtt, --for or --rotate-every\n");
    return exit_usage;
  }
  if (!flags.convert.empty()) return convert(flags.convert, wanted->recorder, wanted->filters, flags.direction);
  const auto broker = broker_options(flags.config, flags.mqtt);
  if (!broker) {
    print(broker.error());
    return broker.error().front().where == "--mqtt" ? exit_usage : exit_configuration;
  }
  wanted->broker = *broker;
  std::signal(SIGINT, on_signal);
  std::signal(SIGTERM, on_signal);
  std::signal(SIGPIPE, SIG_IGN);
  return Recording(std::move(*wanted)).run();
}

}  // namespace

void add_record(CLI::App& app, Chosen& chosen) {
  auto* command = app.add_subcommand("record", "Write a broker's messages to a capture, for 'sluice replay'.");
  const auto flags = std::make_shared<Flags>();
  flags->filters = {"#"};
  command
      ->add_option("output", flags->output,
                   "The capture: plant.sluice.jsonl, compressed when it ends in .zst; - is standard output")
      ->required();
  command->add_option("-f,--filter", flags->filters, "A topic filter; may be given again")
      ->allow_extra_args(false)
      ->capture_default_str();
  command->add_option(
      "--convert", flags->convert,
      "Instead of a broker: a capture of mosquitto_sub, tcpdump, tshark, MQTTX, Node-RED or mqtt-recorder");
  command->add_option("--direction", flags->direction, "Of a packet capture: publishes to-broker, from-broker, or auto")
      ->capture_default_str()
      ->check(CLI::IsMember({"auto", "to-broker", "from-broker"}));
  command->add_option("--mqtt", flags->mqtt, "The broker; default as configured, else mqtt://127.0.0.1:1883");
  command->add_option("--config", flags->config, "Takes the broker from here; default sluice.yaml where there is one");
  command->add_option("--for", flags->lasting, "End after this time: 10m");
  command->add_option("--max", flags->most, "End before more than so much is written: 100MiB");
  command->add_option("--rotate-size", flags->rotate_size, "Begin the next file at this size: 10MiB");
  command->add_option("--rotate-every", flags->rotate_every, "Begin the next file after this time: 1h");
  command->add_option("--keep", flags->keep, "Of the files of a rotation keep only the newest so many; 0: all")
      ->capture_default_str();
  command->callback([flags, &chosen] { chosen = [flags] { return record(*flags); }; });
}

}  // namespace sluice::cli
