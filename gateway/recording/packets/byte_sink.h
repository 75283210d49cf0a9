#pragma once

#include <cstdint>
#include <limits>
#include <string_view>

namespace sluice::recording {

/// Who takes the bytes of a stream in their order, and hears which of them a capture has lost.
class ByteSink {
 public:
  /// So many that nobody knows.
  static constexpr std::uint64_t unknown = std::numeric_limits<std::uint64_t>::max();

  virtual ~ByteSink() = default;
  /// The next bytes: whole segments, or what is left of one when some of it was taken before.
  virtual void take(std::string_view bytes) = 0;
  /// So many bytes (at least one) that should stand here are in no packet of the capture.
  virtual void lost(std::uint64_t bytes) = 0;
};

}  // namespace sluice::recording
