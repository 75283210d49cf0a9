#pragma once

#include <atomic>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::recording {

/// How far a capture has been read. Threads: any.
struct CaptureProgress {
  std::atomic<std::uint64_t> read{0};  // bytes of the file, as packed
  std::atomic<std::uint64_t> size{0};  // of the file; 0 when that is not known
};

/// The bytes of a capture, from a file, from standard input or from memory; what zstd has compressed (RFC 8878) comes
/// out unpacked.
///
/// Threads: one. Memory: `head_bytes` and the window of the compression, which may be at most 128 MiB.
class CaptureInput {
 public:
  static constexpr std::size_t head_bytes = 64U << 10;

  /// `path`: "-" is standard input.
  ///
  /// Error: why the file does not open.
  static Expected<std::unique_ptr<CaptureInput>> open(const std::string& path,
                                                      std::shared_ptr<CaptureProgress> progress = nullptr);
  /// `bytes` instead of a file, for tests; `name` stands for the path in errors.
  static std::unique_ptr<CaptureInput> of(std::string bytes, std::string name = "capture");
  ~CaptureInput();

  /// What errors call it.
  const std::string& name() const { return name_; }
  /// The first bytes, up to `head_bytes`; they stay to be read.
  std::string_view head();
  /// Reads at most `capacity` bytes; 0 at the end, also at one that fault() explains.
  std::size_t read(char* into, std::size_t capacity);
  /// Bytes read so far, unpacked.
  std::uint64_t offset() const { return offset_; }
  /// Why the bytes ended before their end, as a sentence: the compression is damaged or cut, the disk fails; "" when
  /// they did not.
  const std::string& fault() const;

 private:
  struct Source;
  CaptureInput(std::unique_ptr<Source> source, std::string name);
  void fill_head();

  std::unique_ptr<Source> source_;
  std::string name_;
  std::string head_;
  std::size_t head_read_ = 0;
  bool head_filled_ = false;
  std::uint64_t offset_ = 0;
};

}  // namespace sluice::recording
