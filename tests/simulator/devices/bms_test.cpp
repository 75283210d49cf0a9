#include "simulator/devices/bms.h"

#include <gmock/gmock.h>

#include <algorithm>

#include "base/json.h"

namespace sluice::simulator {
namespace {

using Topics = BmsOptions::Topics;

Publishes life(const BmsOptions& options, milliseconds time) {
  Publishes out;
  Bms bms(options, at_ms(0));
  for (auto now = at_ms(0); now < at_ms(0) + time; now += milliseconds(100)) bms.step(now, out);
  return out;
}

TEST(Bms, ReportsAWholePackEveryTwoSecondsOrSooner) {
  const auto out = life({}, milliseconds(60'000));
  EXPECT_GE(out.size(), 29U);
  EXPECT_LE(out.size(), 120U);
  const auto report = parse_json(out[0].payload);
  ASSERT_TRUE(report);
  EXPECT_EQ(out[0].topic, "bms/p1/cells");
  EXPECT_EQ(report->find("cells")->as_list().size(), 16U);
  EXPECT_EQ(report->find("bal")->as_list().size(), 16U);
  EXPECT_TRUE(report->find("bal")->as_list()[0].is_bool());
}

TEST(Bms, AllCellsStayWithinWhatTheGatewayTakes) {
  for (const auto& publish : life({}, std::chrono::hours(4))) {
    const auto report = parse_json(publish.payload);
    for (const auto& cell : report->find("cells")->as_list()) {
      ASSERT_GE(cell.as_int(), 2'400);
      ASSERT_LE(cell.as_int(), 3'900);
    }
  }
}

TEST(Bms, ReportsCellByCell) {
  const auto out = life({.cells = 4, .topics = Topics::cell}, milliseconds(400));
  ASSERT_EQ(out.size(), 4U);
  EXPECT_EQ(out[3].topic, "bms/p1/cell/4");
  EXPECT_THAT(out[3].payload, testing::MatchesRegex(R"(\{"mv":3[0-9]{3},"bal":(true|false)\})"));
}

TEST(Bms, ReportsPackedBinary) {
  const auto out = life({.cells = 4, .topics = Topics::raw}, milliseconds(400));
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].topic, "bms/p1/raw");
  ASSERT_EQ(out[0].payload.size(), 8U);
  const auto byte = [&](std::size_t at) { return static_cast<unsigned char>(out[0].payload[at]); };
  EXPECT_GT(byte(0) * 256 + byte(1), 3'000);
  EXPECT_LT(byte(0) * 256 + byte(1), 3'700);
}

TEST(Bms, CellsAheadAreBalancedWithinMinutes) {
  const auto out = life({}, std::chrono::minutes(15));
  EXPECT_TRUE(std::any_of(out.begin(), out.end(),
                          [](const auto& publish) { return publish.payload.find("true") != std::string::npos; }));
}

TEST(Bms, ReportsAtTheRateAskedFor) {
  EXPECT_EQ(life({.reports_per_second = 50}, milliseconds(10'000)).size(), 495U);
}

TEST(Bms, TheSameSeedGivesTheSameLife) {
  EXPECT_EQ(life({.seed = 3}, milliseconds(30'000)), life({.seed = 3}, milliseconds(30'000)));
  EXPECT_NE(life({.seed = 3}, milliseconds(30'000)), life({.seed = 4}, milliseconds(30'000)));
}

TEST(Bms, TellsAllAtConnect) {
  Bms bms({}, at_ms(0));
  Publishes out;
  bms.connected(at_ms(0), out);
  EXPECT_EQ(out.size(), 1U);
  EXPECT_EQ(bms.identity().client_id, "bms-p1");
}

TEST(Bms, ABrokenWireReadsNothingWhileItIsBroken) {
  Bms bms({}, at_ms(0));
  Publishes out;
  bms.fail("broken_wire", at_ms(0), at_ms(10'000), out);
  bms.step(at_ms(5'000), out);
  EXPECT_THAT(out.back().payload, testing::ContainsRegex("[[,]0[],]"));
  bms.step(at_ms(15'000), out);
  EXPECT_THAT(out.back().payload, testing::Not(testing::ContainsRegex("[[,]0[],]")));
}

TEST(Bms, NickelCellsHaveTheirOwnVoltages) {
  const auto out = life({.chemistry = Chemistry::nmc}, milliseconds(10'000));
  const auto read = parse_json(out.back().payload);
  for (const auto& cell : read->find("cells")->as_list()) {
    EXPECT_GT(cell.as_int(), 4'000);
    EXPECT_LT(cell.as_int(), 4'250);
  }
}

TEST(Bms, ItsCellsOutlastAReboot) {
  Bms bms({.chemistry = Chemistry::nmc}, at_ms(0));
  Publishes out;
  bms.boot(at_ms(60'000));
  bms.connected(at_ms(60'000), out);
  EXPECT_EQ(out.size(), 1U);
  bms.step(at_ms(62'500), out);
  EXPECT_GE(out.size(), 2U);
}

}  // namespace
}  // namespace sluice::simulator
