#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::recording {

/// A file that a capture is written to, compressed when its name ends in `.zst`.
///
/// Threads: one. What was written is gathered; flush() and close() put it in the file. After a crash the file is whole
/// up to the last flush().
class CaptureFile {
 public:
  /// Makes a new file, which only its owner may read; "-" is standard output.
  ///
  /// Error: one of that name is there already, or why it cannot be made.
  static Expected<std::unique_ptr<CaptureFile>> create(const std::string& path);
  /// Ends the compression, as close() does.
  ~CaptureFile();

  /// Error, here and below: the disk is full, and the like. Nothing more is written then.
  Expected<void> write(std::string_view bytes);
  Expected<void> flush();
  Expected<void> close();
  /// Bytes given to the file so far, compressed; those gathered count when they go.
  std::uint64_t size() const;
  const std::string& path() const;

 private:
  struct State;
  explicit CaptureFile(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::recording
