#pragma once

#include <chrono>
#include <cstdint>
#include <deque>
#include <memory>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/expected.h"
#include "recording/capture_file.h"
#include "recording/captured_message.h"
#include "recording/sluice_capture.h"

namespace sluice::recording {

/// Where a recording goes and when it is enough.
struct RecorderOptions {
  /// "-" is standard output; compressed when it ends in `.zst`. With a rotation it is the pattern of the names:
  /// `plant.sluice.jsonl.zst` gives `plant-00001.sluice.jsonl.zst`, `plant-00002...`; numbers that are taken are left.
  std::string path;
  std::uint64_t rotate_bytes = 0;  // begin the next file at this size; 0: never
  milliseconds rotate_every{0};    // or after this time; 0: never
  std::size_t keep = 0;            // of the rotated files the newest so many; 0: all
  std::uint64_t most_bytes = 0;    // over all files, as they stand on the disk; 0: no limit
};

/// Writes messages into captures of our own format, one file or one after the other.
///
/// Threads: one. A capture is whole up to the last flush(), and once it is closed.
class Recorder {
 public:
  /// Makes the first file. `header.started` is the time of the first file; times are counted from there.
  ///
  /// Error: why a file cannot be made.
  static Expected<std::unique_ptr<Recorder>> start(RecorderOptions options, CaptureHeader header);

  /// Writes a message whose time counts from the start. False: it would go beyond `most_bytes`, and so is not written;
  /// nothing after it is either.
  ///
  /// Error: the disk is full, and the like.
  Expected<bool> add(const CapturedMessage& message);
  /// Puts what was added into the file: call it about once a second. A rotation by time is done here too.
  Expected<void> flush(std::chrono::microseconds now);
  Expected<void> close();

  std::uint64_t messages() const { return messages_; }
  /// On the disk, over all files.
  std::uint64_t bytes() const { return closed_bytes_ + (file_ ? file_->size() : 0); }
  /// What is being written.
  std::string path() const { return file_ ? file_->path() : std::string(); }
  std::size_t files() const { return files_; }

 private:
  Recorder(RecorderOptions options, CaptureHeader header);
  Expected<void> next_file(std::chrono::microseconds now);
  Expected<void> rotate_if_due(std::chrono::microseconds now);
  bool rotates() const { return options_.rotate_bytes > 0 || options_.rotate_every.count() > 0; }

  const RecorderOptions options_;
  CaptureHeader header_;
  const Timestamp started_;
  std::unique_ptr<CaptureFile> file_;
  std::chrono::microseconds file_started_{};
  std::uint64_t unflushed_ = 0;  // bytes of lines since the last flush
  std::uint64_t closed_bytes_ = 0;
  std::uint64_t messages_ = 0;
  std::size_t files_ = 0;
  std::size_t number_ = 0;  // of the newest rotated file
  std::deque<std::string> kept_;
  bool full_ = false;
  std::string line_;
};

/// The name of the rotated file of that number: the number stands before the first dot of the file's name.
std::string rotated_path(const std::string& path, std::size_t number);

}  // namespace sluice::recording
