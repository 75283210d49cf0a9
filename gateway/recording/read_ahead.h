#pragma once

#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <deque>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include "recording/capture_reader.h"

namespace sluice::recording {

/// Reads a capture on a thread of its own, some batches ahead of who plays it.
///
/// Threads: next() from one, wake() from any. The destructor waits for the read under way.
/// Memory: `batches_ahead` batches of at most `batch_messages` messages and about `batch_bytes`; used again and again.
class ReadAhead {
 public:
  using Open = std::function<Expected<std::unique_ptr<CaptureReader>>()>;

  struct Batch {
    std::vector<CapturedMessage> messages;  // the first `count` of them
    std::size_t count = 0;
    std::vector<Error> faults;         // found while it was read
    std::optional<Timestamp> started;  // as CaptureReader
    std::vector<std::string> notes;    // with the last one
    bool last = false;
  };

  static constexpr std::size_t batches_ahead = 4;
  static constexpr std::size_t batch_messages = 4096;
  static constexpr std::size_t batch_bytes = std::size_t{4} << 20;
  /// With `loop` the capture begins anew at its end, this long after its last message.
  static constexpr std::chrono::microseconds between_rounds{1'000'000};

  /// `reader`: for the first round; `open`: for each further one. `live`: the capture is still being written, so that
  /// no message may wait for the next one.
  ReadAhead(std::unique_ptr<CaptureReader> reader, Open open, bool loop, bool live);
  ~ReadAhead();

  /// The next batch, which stands until the next call; null when none came within `timeout` or wake() was called, and
  /// after the last one.
  Batch* next(milliseconds timeout);
  /// Ends a next() that waits.
  void wake();

 private:
  void read_all(std::unique_ptr<CaptureReader> reader);
  /// False when nothing more is to be read.
  bool read_round(CaptureReader& reader);
  bool hand_over();
  Batch& batch();
  void fault(Error error);

  const Open open_;
  const bool loop_;
  const bool live_;

  // The reading thread's own.
  std::unique_ptr<Batch> filling_;
  std::size_t filled_bytes_ = 0;
  std::chrono::microseconds offset_{};  // of the round
  std::chrono::microseconds latest_{};
  bool had_messages_ = false;  // in this round

  std::mutex mutex_;  // guards what follows
  std::condition_variable changed_;
  std::deque<std::unique_ptr<Batch>> full_;
  std::vector<std::unique_ptr<Batch>> empty_;
  std::unique_ptr<Batch> given_;  // the caller's
  std::size_t made_ = 0;          // batches
  bool stopping_ = false;
  bool woken_ = false;

  std::atomic<bool> hungry_{false};  // next() waits: it is given what there is
  std::atomic<bool> none_full_{true};
  std::thread thread_;
};

}  // namespace sluice::recording
