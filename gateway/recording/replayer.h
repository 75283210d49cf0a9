#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include "message/message_source.h"
#include "recording/read_ahead.h"
#include "recording/replay_clock.h"

namespace sluice::recording {

/// How a capture is played.
struct ReplayOptions {
  using Steady = std::chrono::steady_clock;

  double speed = 1;      // seconds of the capture a second; 0: as fast as it goes
  bool loop = false;     // begin anew at the end
  bool live = false;     // the capture is still being written: a pipe
  milliseconds tail{0};  // time that passes after the last message, so that timers fire
  std::function<Steady::time_point()> now = &Steady::now;
};

/// Plays a capture as if the broker sent it now: a source of messages with a clock of its own, on which each message
/// has the time that it was captured at.
///
/// Of one capture come the same messages at the same times, whatever the speed and however the pipeline cuts its
/// batches: so what is mapped from them is the same, byte by byte. The first message comes at once, though the capture
/// began earlier.
///
/// Threads: poll(), play(), acknowledge() and link() from one; everything else from any.
class Replayer final : public message::MessageSource {
 public:
  /// Opens the capture, and reads its first message.
  ///
  /// Error: as the capture's; or it holds no message.
  static Expected<std::unique_ptr<Replayer>> make(ReadAhead::Open open, ReplayOptions options);

  /// The time in the capture.
  const Clock& clock() const { return clock_; }
  /// Names what is mapped from this capture, so that its events have the same ids each time (event::EventId): of the
  /// time of its start and its first message.
  const std::string& epoch() const { return epoch_; }

  // MessageSource. The timeouts are times of the capture.
  void poll(milliseconds timeout, const Receive& receive) override;
  void acknowledge() override {}
  void wake() override;
  Link link() override;

  /// As poll(), with all that was captured; at most `most` messages.
  using Play = std::function<void(CapturedMessage& message)>;
  void play(milliseconds timeout, std::size_t most, const Play& receive);

  double speed() const { return options_.speed; }
  void pause(bool on);
  bool paused() const { return paused_.load(std::memory_order_relaxed); }
  /// True once everything was handed out, and the tail is over.
  bool ended() const { return ended_.load(std::memory_order_acquire); }
  std::uint64_t messages() const { return messages_.load(std::memory_order_relaxed); }
  /// Time of the capture since its start.
  std::chrono::microseconds position() const {
    return std::chrono::microseconds(position_us_.load(std::memory_order_relaxed));
  }
  /// What of the capture is no message, oldest first: those since the last call, at most `most_faults` in all; how many
  /// there are is fault_count().
  std::vector<Error> take_faults();
  std::uint64_t fault_count() const { return fault_count_.load(std::memory_order_relaxed); }
  /// As CaptureReader; whole once ended().
  std::vector<std::string> notes() const;

  static constexpr std::size_t most_faults = 20;

 private:
  using Steady = ReplayOptions::Steady;
  using Time = std::chrono::microseconds;  // of the capture

  Replayer(std::unique_ptr<CaptureReader> reader, ReadAhead::Open open, ReplayOptions options);
  bool fetch(milliseconds timeout);
  Time now() const;
  Timestamp time_of_day(Time time) const;
  void set_clock(Time time);
  void rest(milliseconds timeout, std::optional<Time> until);
  void go_on_from(Time time);
  void look_at_pause();

  const ReplayOptions options_;
  ReadAhead ahead_;
  ReplayClock clock_;
  std::string epoch_;
  std::optional<Timestamp> started_;

  // The playing thread's own.
  ReadAhead::Batch* batch_ = nullptr;
  std::size_t at_ = 0;  // in it
  bool begun_ = false;
  bool halted_ = false;
  Steady::time_point real_{};  // when the capture's time was virtual_
  Time virtual_{};
  Time latest_{};  // of a message

  mutable std::mutex mutex_;  // guards what follows
  std::condition_variable bell_;
  bool rung_ = false;
  std::vector<Error> faults_;
  std::size_t faults_kept_ = 0;
  std::vector<std::string> notes_;

  std::atomic<bool> paused_{false};
  std::atomic<bool> ended_{false};
  std::atomic<std::uint64_t> messages_{0};
  std::atomic<std::uint64_t> fault_count_{0};
  std::atomic<std::int64_t> position_us_{0};
};

}  // namespace sluice::recording
