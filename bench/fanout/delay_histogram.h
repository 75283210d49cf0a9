#pragma once

#include <bit>
#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::bench {

/// Counts of delays in log-linear buckets: 128 to each power of two, so a value read back is at most 0.8 % too high.
class DelayHistogram {
 public:
  DelayHistogram() : counts_(bucket_count) {}

  /// Delays below zero (clock reads that crossed) count as zero.
  void add(std::int64_t nanoseconds) {
    const std::uint64_t value = nanoseconds < 0 ? 0 : static_cast<std::uint64_t>(nanoseconds);
    ++counts_[bucket(value)];
    ++count_;
    if (value > max_) max_ = value;
  }

  void clear();

  [[nodiscard]] std::uint64_t count() const { return count_; }
  [[nodiscard]] std::uint64_t max_nanoseconds() const { return max_; }

  /// The delay that `fraction` (0..1) of all do not exceed; 0 when there are none.
  [[nodiscard]] std::uint64_t quantile_nanoseconds(double fraction) const;

 private:
  static constexpr std::size_t sub_buckets = 128;
  static constexpr std::size_t bucket_count = (64 - 8 + 2) * sub_buckets;

  static std::size_t bucket(std::uint64_t value) {
    if (value < sub_buckets) return static_cast<std::size_t>(value);
    const auto shift = static_cast<std::size_t>(std::bit_width(value)) - 8;
    return (shift + 1) * sub_buckets + static_cast<std::size_t>(value >> shift) - sub_buckets;
  }

  static std::uint64_t upper_bound(std::size_t index);

  std::vector<std::uint64_t> counts_;
  std::uint64_t count_ = 0;
  std::uint64_t max_ = 0;
};

}  // namespace sluice::bench
