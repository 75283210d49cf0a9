#include "metrics/metrics.h"

#include <gmock/gmock.h>
#include <gtest/gtest.h>

namespace sluice::metrics {
namespace {

using testing::HasSubstr;

TEST(Registry, TellsCountersAndGauges) {
  Registry registry;
  registry.counter("sluice_events_total", "Events.").add(3);
  registry.gauge("sluice_cursors", "Clients.").add(2);
  registry.gauge("sluice_cursors", "Clients.").add(-1);
  EXPECT_EQ(registry.text(),
            "# HELP sluice_events_total Events.\n# TYPE sluice_events_total counter\nsluice_events_total 3\n"
            "# HELP sluice_cursors Clients.\n# TYPE sluice_cursors gauge\nsluice_cursors 1\n");
}

TEST(Registry, OneFamilyHoldsAllLabels) {
  Registry registry;
  registry.counter("gaps_total", "Gaps.", {{"reason", "slow"}}).add();
  registry.counter("gaps_total", "Gaps.", {{"reason", "expired"}}).add(2);
  registry.counter("gaps_total", "Gaps.", {{"reason", "slow"}}).add();
  EXPECT_EQ(registry.text(),
            "# HELP gaps_total Gaps.\n# TYPE gaps_total counter\n"
            "gaps_total{reason=\"slow\"} 2\ngaps_total{reason=\"expired\"} 2\n");
}

TEST(Registry, EscapesWhatALabelMayNotHold) {
  Registry registry;
  registry.gauge("g", "G.", {{"name", "a\"b\\c\nd"}, {"other", "x"}}).set(1);
  EXPECT_THAT(registry.text(), HasSubstr(R"(g{name="a\"b\\c\nd",other="x"} 1)"));
}

TEST(Registry, AsksForWhatOthersCount) {
  Registry registry;
  double value = 1;
  registry.gauge_of("g", "G.", [&] { return value; });
  registry.counter_of("c_total", "C.", [&] { return 10 * value; });
  value = 2.5;
  EXPECT_THAT(registry.text(), HasSubstr("\ng 2.5\n"));
  EXPECT_THAT(registry.text(), HasSubstr("\nc_total 25\n"));
}

TEST(Histogram, CountsUpToBoundsThatDouble) {
  Histogram histogram(0.001);
  for (const double value : {0.0005, 0.001, 0.0011, 0.002, 0.0021, 1e9}) histogram.observe(value);
  EXPECT_EQ(histogram.count_to(0), 2u);
  EXPECT_EQ(histogram.count_to(1), 4u);
  EXPECT_EQ(histogram.count_to(2), 5u);
  EXPECT_EQ(histogram.count_to(Histogram::bounds - 1), 5u);
  EXPECT_EQ(histogram.count_to(Histogram::bounds), 6u);
  EXPECT_DOUBLE_EQ(histogram.bound(3), 0.008);
}

TEST(Histogram, IsToldAsBucketsSumAndCount) {
  Registry registry;
  auto& histogram = registry.histogram("delay_seconds", "Delay.", 0.5, {{"shard", "0"}});
  histogram.observe(0.5);
  histogram.observe(1);
  const auto text = registry.text();
  EXPECT_THAT(text, HasSubstr("# TYPE delay_seconds histogram\n"
                              "delay_seconds_bucket{shard=\"0\",le=\"0.5\"} 1\n"
                              "delay_seconds_bucket{shard=\"0\",le=\"1\"} 2\n"));
  EXPECT_THAT(text, HasSubstr("delay_seconds_bucket{shard=\"0\",le=\"+Inf\"} 2\n"
                              "delay_seconds_sum{shard=\"0\"} 1.5\n"
                              "delay_seconds_count{shard=\"0\"} 2\n"));
}

}  // namespace
}  // namespace sluice::metrics
