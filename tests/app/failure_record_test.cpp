#include "app/failure_record.h"

#include <gtest/gtest.h>

namespace sluice::app {
namespace {

mapping::Failure failure(std::string where, std::string message) {
  return {std::move(where), "rule", "topic", "payload", std::move(message), at_ms(0)};
}

TEST(FailureRecord, KeepsTheLastHundredAndCountsAll) {
  FailureRecord record;
  for (int i = 0; i < 150; ++i) record.add(failure("a.yaml:1:1", std::to_string(i)));
  EXPECT_EQ(record.total(), 150U);
  EXPECT_EQ(record.last().size(), 100U);
  EXPECT_EQ(record.last().front().message, "50");
}

TEST(FailureRecord, CountsByRule) {
  FailureRecord record;
  record.add(failure("a.yaml:1:1", "x"));
  record.add(failure("b.yaml:1:1", "x"));
  record.add(failure("b.yaml:1:1", "y"));
  const auto counts = record.by_rule();
  ASSERT_EQ(counts.size(), 2U);
  EXPECT_EQ(counts[1].where, "b.yaml:1:1");
  EXPECT_EQ(counts[1].failures, 2U);
}

}  // namespace
}  // namespace sluice::app
