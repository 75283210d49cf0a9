#include <fmt/format.h>

#include <algorithm>
#include <cstdio>
#include <random>

#include "base/log.h"
#include "cli/replay.h"
#include "cli/replay_view.h"
#include "mqtt/mqtt_source.h"

namespace sluice::cli {
namespace {

using Steady = std::chrono::steady_clock;

constexpr milliseconds first_patience{10'000};
constexpr milliseconds last_patience{10'000};
constexpr milliseconds turn_time{10};
// The usual receive maximum of brokers (MQTT 5, 3.2.2.3.3): what waits for it in the library is overtaken by QoS 0.
constexpr std::size_t most_under_way = 20;

/// A capture on its way to a broker. While the broker is away the capture waits.
class ToBroker {
 public:
  ToBroker(Playing& playing, const ReplaySignals& signals)
      : playing_(playing),
        signals_(signals),
        broker_(own_session(playing.config.mqtt), clock_),
        view_(playing, nullptr) {}

  int run() {
    if (!connect()) return exit_unavailable;
    log::note("playing " + playing_.name + " to " + playing_.config.mqtt.address());
    auto& replayer = *playing_.replayer;
    bool wanted = true;
    while (wanted && !replayer.ended()) {
      turn();
      wanted = view_.look(signals_, milliseconds(0));
    }
    const auto until = Steady::now() + last_patience;
    while (under_way_ > 0 && Steady::now() < until) broker_.poll(turn_time, [](message::Message&&) {});
    const int exit = view_.tell_end();
    if (failed_ == 0) return exit;
    std::fprintf(stderr, "%s messages did not reach the broker, the first: %s\n", grouped(failed_).c_str(),
                 first_error_.c_str());
    return exit_failed;
  }

 private:
  /// The same broker, as a client that leaves nothing behind.
  static mqtt::MqttOptions own_session(mqtt::MqttOptions options) {
    options.client_id = fmt::format("sluice-replay-{:08x}", std::random_device()());
    options.session_expiry = milliseconds(0);
    return options;
  }

  bool connect() {
    const auto until = Steady::now() + first_patience;
    while (!broker_.link().connected) {
      broker_.poll(milliseconds(100), [](message::Message&&) {});
      const int signal = signals_.came(milliseconds(0));
      if (signal == SIGINT || signal == SIGTERM) return false;
      if (Steady::now() < until) continue;
      const auto error = broker_.status().error;
      std::fprintf(stderr, "%s\n",
                   error.empty() ? (playing_.config.mqtt.address() + ": no answer").c_str() : error.c_str());
      return false;
    }
    return true;
  }

  void turn() {
    auto& replayer = *playing_.replayer;
    const bool connected = broker_.link().connected;
    if (connected != std::exchange(connected_, connected)) {
      // who paused it himself goes on himself
      if (!connected) paused_before_ = replayer.paused();
      replayer.pause(!connected || paused_before_);
    }
    const bool full = under_way_ >= most_under_way;
    broker_.poll(full || !connected ? turn_time : milliseconds(0), [](message::Message&&) {});
    if (full || !connected) return;
    const milliseconds patience(static_cast<std::int64_t>(turn_time.count() * std::max(replayer.speed(), 1.0)));
    replayer.play(patience, most_under_way - under_way_,
                  [this](recording::CapturedMessage& captured) { send(captured); });
  }

  void send(recording::CapturedMessage& captured) {
    auto& message = captured.message;
    ++under_way_;
    broker_.send({.topic = message.topic, .payload = message.payload, .qos = message.qos, .retain = message.retain},
                 captured.properties ? &*captured.properties : nullptr, [this](const Expected<void>& sent) {
                   --under_way_;
                   if (sent) return;
                   if (failed_++ == 0) first_error_ = sent.error().message;
                 });
  }

  Playing& playing_;
  const ReplaySignals& signals_;
  const SystemClock clock_;
  mqtt::MqttSource broker_;
  ReplayView view_;
  std::size_t under_way_ = 0;
  std::uint64_t failed_ = 0;
  std::string first_error_;
  bool connected_ = true;
  bool paused_before_ = false;
};

}  // namespace

int play_to_broker(Playing& playing, const ReplaySignals& signals) {
  return ToBroker(playing, signals).run();
}

}  // namespace sluice::cli
