#include "fanout/delay_histogram.h"

#include <algorithm>
#include <cmath>

namespace sluice::bench {

void DelayHistogram::clear() {
  std::fill(counts_.begin(), counts_.end(), 0);
  count_ = 0;
  max_ = 0;
}

std::uint64_t DelayHistogram::upper_bound(std::size_t index) {
  if (index < sub_buckets) return index;
  const std::size_t shift = index / sub_buckets - 1;
  const std::uint64_t mantissa = index % sub_buckets + sub_buckets;
  return ((mantissa + 1) << shift) - 1;
}

std::uint64_t DelayHistogram::quantile_nanoseconds(double fraction) const {
  if (count_ == 0) return 0;
  const auto wanted =
      std::max<std::uint64_t>(1, static_cast<std::uint64_t>(std::ceil(fraction * static_cast<double>(count_))));
  std::uint64_t seen = 0;
  for (std::size_t i = 0; i < counts_.size(); ++i) {
    seen += counts_[i];
    if (seen >= wanted) return std::min(upper_bound(i), max_);
  }
  return max_;
}

}  // namespace sluice::bench
