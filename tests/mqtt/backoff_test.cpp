#include "mqtt/backoff.h"

#include <gtest/gtest.h>

#include <algorithm>

namespace sluice::mqtt {
namespace {

milliseconds longest_of(int attempt) {
  milliseconds longest{0};
  for (std::uint64_t seed = 0; seed < 200; ++seed) {
    Backoff backoff(seed);
    for (int i = 0; i < attempt; ++i) backoff.next();
    longest = std::max(longest, backoff.next());
  }
  return longest;
}

TEST(Backoff, DoublesItsBoundUpToThirtySeconds) {
  const int bounds[] = {1'000, 2'000, 4'000, 8'000, 16'000, 30'000, 30'000};
  for (int attempt = 0; attempt < 7; ++attempt) {
    EXPECT_LE(longest_of(attempt), milliseconds(bounds[attempt]));
    EXPECT_GT(longest_of(attempt), milliseconds(bounds[attempt] * 9 / 10));
  }
  EXPECT_LE(longest_of(1'000), Backoff::longest);
}

TEST(Backoff, StartsAnewAfterSuccess) {
  Backoff backoff(1);
  for (int i = 0; i < 10; ++i) backoff.next();
  backoff.reset();
  EXPECT_LE(backoff.next(), Backoff::first);
}

}  // namespace
}  // namespace sluice::mqtt
