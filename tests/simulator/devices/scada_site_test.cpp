#include "simulator/devices/scada_site.h"

#include <gmock/gmock.h>

#include <algorithm>
#include <map>

#include "base/json.h"
#include "base/text.h"

namespace sluice::simulator {
namespace {

Publishes life(const ScadaOptions& options, int seconds) {
  Publishes out;
  ScadaSite site(options, at_ms(0));
  for (int second = 1; second <= seconds; ++second) site.step(at_ms(second * 1'000), out);
  return out;
}

TEST(ScadaSite, PublishesEachTagOnceAScanAsAPlainNumber) {
  std::map<std::string, int> counts;
  for (const auto& publish : life({}, 20)) {
    ++counts[publish.topic];
    EXPECT_TRUE(parse_number(publish.payload)) << publish.payload;
  }
  EXPECT_EQ(counts.size(), 245U);
  for (const auto& [topic, count] : counts) EXPECT_EQ(count, 4) << topic;
  EXPECT_TRUE(counts.contains("scada/s1/line12_clear_level"));
  EXPECT_TRUE(counts.contains("scada/s1/temperature"));
}

TEST(ScadaSite, SpreadsThemOverTheScan) {
  EXPECT_EQ(life({}, 1).size(), 49U);
  EXPECT_EQ(life({}, 2).size(), 98U);
}

TEST(ScadaSite, PublishesAllAsOneBatch) {
  const auto out = life({.tags = 45, .batches = true}, 10);
  ASSERT_EQ(out.size(), 2U);
  EXPECT_EQ(out[0].topic, "plant/s1/batch");
  EXPECT_EQ(parse_json(out[0].payload)->find("metrics")->as_object().size(), 45U);
}

TEST(ScadaSite, ATagFallsSilentForAWhile) {
  ScadaSite site({.tags = 25}, at_ms(0));
  Publishes out;
  site.fail("silent_tag", at_ms(0), at_ms(10'000), out);
  site.step(at_ms(5'000), out);
  EXPECT_EQ(out.size(), 24U);
  out.clear();
  site.step(at_ms(10'000), out);
  out.clear();
  site.step(at_ms(15'000), out);
  EXPECT_EQ(out.size(), 25U);
}

TEST(ScadaSite, ATrippedPumpGivesNoWater) {
  const auto flows = [](bool tripped) {
    ScadaSite site({.tags = 25, .batches = true}, at_ms(0));
    Publishes out;
    if (tripped) site.fail("pump_trip", at_ms(0), at_ms(24 * 3'600'000), out);
    for (int minute = 1; minute <= 8 * 60; ++minute) site.step(at_ms(minute * 60'000), out);
    return std::any_of(out.begin(), out.end(), [](const auto& batch) {
      return parse_json(batch.payload)->find("metrics")->find("line1_well_flow")->as_number() > 0;
    });
  };
  EXPECT_TRUE(flows(false));
  EXPECT_FALSE(flows(true));
}

TEST(ScadaSite, SaysOnlineAndItsWillSaysOffline) {
  ScadaSite site({.name = "s3"}, at_ms(0));
  EXPECT_EQ(site.identity().will, (message::Publish{"plant/s3/status", "offline", 1, true}));
  Publishes out;
  site.connected(at_ms(0), out);
  EXPECT_THAT(out, testing::ElementsAre(message::Publish{"plant/s3/status", "online", 1, true}));
}

TEST(ScadaSite, AfterALongSleepItDoesNotScanWhatItMissed) {
  ScadaSite site({.tags = 25}, at_ms(0));
  Publishes out;
  site.step(at_ms(86'400'000), out);
  EXPECT_LE(out.size(), 25U * 13);
}

}  // namespace
}  // namespace sluice::simulator
