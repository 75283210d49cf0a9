#include "mqtt/backoff.h"

#include <algorithm>

namespace sluice::mqtt {

milliseconds Backoff::next() {
  constexpr int doublings = 5;  // 32 s is beyond the longest
  const auto bound = std::min(longest, first * (1 << std::min(attempts_, doublings)));
  ++attempts_;
  return milliseconds(std::uniform_int_distribution<milliseconds::rep>(0, bound.count())(random_));
}

}  // namespace sluice::mqtt
