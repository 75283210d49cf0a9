#include "sparkplug/node.h"

namespace sluice::mapping::sparkplug {
namespace {

using Lines = std::vector<std::string>;

TEST_F(SparkplugSession, TellsEveryMetricStaleAtTheNodesDeath) {
  be_born();
  hear(ddata, Message().seq(2).alias(2).whole(1200));
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0).sent_at(1), 5000), (Lines{"up 1 stale", "pump/rpm 1200 stale"}));
  EXPECT_EQ(*output_.records.at(0).find("time"), Value(5000));
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, TellsADevicesMetricsStaleAtItsDeath) {
  be_born();
  EXPECT_EQ(hear(ddeath, Message().seq(2).sent_at(4000), 5000), Lines{"pump/rpm 900 stale"});
  EXPECT_EQ(*output_.records.at(0).find("time"), Value(4000));
  EXPECT_EQ(hear(ndata, Message().seq(3).alias(1).whole(2)), Lines{"up 2 good"});
}

TEST_F(SparkplugSession, TellsADeathOnce) {
  be_born();
  hear(ddeath, Message().seq(2));
  EXPECT_EQ(hear(ddeath, Message().seq(3)), Lines{});
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0)), Lines{"up 1 stale"});
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0)), Lines{});
}

TEST_F(SparkplugSession, DropsDataOfTheDeadAndAsks) {
  be_born();
  hear(ndeath, Message().bd_seq(0));
  EXPECT_EQ(hear(ndata, Message().seq(2).alias(1).whole(2)), Lines{});
  EXPECT_TRUE(asked());
}

TEST_F(SparkplugSession, DropsDataOfADeadDeviceAndAsks) {
  be_born();
  hear(ddeath, Message().seq(2));
  EXPECT_EQ(hear(ddata, Message().seq(3).alias(2).whole(1)), Lines{});
  EXPECT_TRUE(asked());
  EXPECT_EQ(counts().before_birth, 1U);
}

TEST_F(SparkplugSession, LetsADeviceBeBornAgain) {
  be_born();
  hear(ddeath, Message().seq(2));
  EXPECT_EQ(hear(dbirth, Message().seq(3).named("rpm", 2, pb::Int16).whole(5)), Lines{"pump/rpm 5 good"});
  EXPECT_EQ(hear(ddata, Message().seq(4).alias(2).whole(6)), Lines{"pump/rpm 6 good"});
}

TEST_F(SparkplugSession, IgnoresALateDeathOfAnOlderSession) {
  be_born(5);
  be_born(6);
  EXPECT_EQ(hear(ndeath, Message().bd_seq(5)), Lines{});
  EXPECT_EQ(counts().late_deaths, 1U);
  EXPECT_EQ(hear(ndata, Message().seq(2).alias(1).whole(2)), Lines{"up 2 good"});
}

TEST_F(SparkplugSession, IgnoresALateDeathOverTheEndOfTheNumbers) {
  be_born(255);
  be_born(0);
  EXPECT_EQ(hear(ndeath, Message().bd_seq(255)), Lines{});
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0)), (Lines{"up 1 stale", "pump/rpm 900 stale"}));
}

TEST_F(SparkplugSession, TakesADeathWithoutANumber) {
  be_born();
  EXPECT_EQ(hear(ndeath, Message()), (Lines{"up 1 stale", "pump/rpm 900 stale"}));
}

TEST_F(SparkplugSession, TakesAnyDeathOfABirthWithoutANumber) {
  hear(nbirth, Message().seq(0).named("up", 1, pb::Int32).whole(1));
  EXPECT_EQ(hear(ndeath, Message().bd_seq(7)), Lines{"up 1 stale"});
}

TEST_F(SparkplugSession, KnowsABirthThatItsOwnDeathOvertook) {
  be_born(5);
  hear(ndeath, Message().bd_seq(5), 1000);
  hear(ndeath, Message().bd_seq(6), 2000);
  EXPECT_EQ(hear(nbirth, Message().seq(0).bd_seq(6).named("up", 1, pb::Int32).whole(8), 2001), Lines{"up 8 stale"});
  EXPECT_TRUE(asked());
}

TEST_F(SparkplugSession, BelievesANodeThatAnswersAfterItsDeath) {
  hear(ndeath, Message().bd_seq(0), 0);
  const auto birth = Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(1);
  EXPECT_EQ(hear(nbirth, birth, 1000), Lines{"up 1 stale"});  // a node that counts from 0 after each start
  EXPECT_TRUE(asked());
  EXPECT_EQ(hear(nbirth, birth, 1100), Lines{"up 1 good"});
  EXPECT_EQ(hear(ndata, Message().seq(1).alias(1).whole(2), 1200), Lines{"up 2 good"});
}

TEST_F(SparkplugSession, TellsTheMetricsOfALateBirthStaleOnce) {
  hear(ndeath, Message().bd_seq(0));
  hear(nbirth, Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(1));
  EXPECT_EQ(hear(nbirth, Message().seq(0).bd_seq(1).named("on", 1, pb::Int32).whole(2)), Lines{"on 2 good"});
}

TEST_F(SparkplugSession, BelievesANodeThatStartsWithTheSameNumber) {
  be_born(0);
  hear(ndeath, Message().bd_seq(0));
  EXPECT_EQ(hear(nbirth, Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(3)), Lines{"up 3 good"});
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, TellsDevicesStaleWhenANewSessionOfTheNodeBegins) {
  be_born(5);
  EXPECT_EQ(hear(nbirth, Message().seq(0).bd_seq(6).named("up", 1, pb::Int32).whole(3)),
            (Lines{"pump/rpm 900 stale", "up 3 good"}));
}

TEST_F(SparkplugSession, DoesNotTellDevicesStaleWhileTheNodeIsBornAgain) {
  be_born();
  EXPECT_EQ(hear(nbirth, Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(3)), Lines{"up 3 good"});
  EXPECT_EQ(hear(dbirth, Message().seq(1).named("rpm", 2, pb::Int16).whole(4)), Lines{"pump/rpm 4 good"});
  EXPECT_EQ(hear(ndata, Message().seq(2).alias(1).whole(5)), Lines{"up 5 good"});
}

TEST_F(SparkplugSession, TellsDevicesStaleThatAreNotBornAgain) {
  be_born();
  hear(nbirth, Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(3));
  EXPECT_EQ(hear(ndata, Message().seq(1).alias(1).whole(5)), (Lines{"pump/rpm 900 stale", "up 5 good"}));
  EXPECT_EQ(hear(ndata, Message().seq(2).alias(1).whole(6)), Lines{"up 6 good"});
}

TEST_F(SparkplugSession, TellsMetricsStaleThatABirthNamesNoMore) {
  be_born();
  EXPECT_EQ(hear(dbirth, Message().seq(2).named("flow", 3, pb::Int16).whole(4)),
            (Lines{"pump/flow 4 good", "pump/rpm 900 stale"}));
  hear(ddata, Message().seq(3).alias(2).whole(1));
  EXPECT_TRUE(asked());
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
