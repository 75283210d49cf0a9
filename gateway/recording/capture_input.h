#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>
#include <string_view>

#include "base/expected.h"

namespace sluice::recording {

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
  static Expected<std::unique_ptr<CaptureInput>> open(const std::string& path);
  /// `bytes` instead of a file, for tests; `name` stands for the path in errors.
  static std::unique_ptr<CaptureInput> of(std::string bytes, std::string name = "capture");
  ~CaptureInput();

  /// What errors call it.
  const std::string& name() const { return name_; }
  /// The first bytes, up to `head_bytes`; they stay to be read.
  std::string_view head();
  /// Reads at most `capacity` bytes; 0 at the end. After an end by fault(), what came before it has been read.
  std::size_t read(char* into, std::size_t capacity);
  /// Bytes read so far, unpacked.
  std::uint64_t offset() const { return offset_; }
  /// Bytes of the file read so far, as packed; and its size, 0 when that is not known.
  std::uint64_t file_offset() const;
  std::uint64_t file_size() const;
  /// Why the bytes ended before their end, as a sentence: the compression is damaged or cut, the disk fails; "" when
  /// they did not.
  const std::string& fault() const { return fault_; }

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
  std::string fault_;
};

}  // namespace sluice::recording
