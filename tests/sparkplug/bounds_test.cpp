#include "sparkplug/node.h"

namespace sluice::mapping::sparkplug {
namespace {

using Lines = std::vector<std::string>;

std::string topic_of(const std::string& kind, int node) {
  return "spBv1.0/plant/" + kind + "/n" + std::to_string(node);
}

TEST_F(SparkplugSession, KnowsNoMoreNodesThanTheBound) {
  limit({.nodes = 2});
  for (int i = 0; i < 3; ++i) hear(topic_of("NBIRTH", i), Message().seq(0).named("up", 1, pb::Int8).whole(1));
  EXPECT_EQ(errors(), Lines{"node 'plant/n2': no room for a further node"});
  EXPECT_EQ(session_->nodes(), 2U);
  EXPECT_EQ(counts().beyond_bounds, 1U);
  EXPECT_EQ(hear(topic_of("NDATA", 1), Message().seq(1).alias(1).whole(2)), Lines{"up 2 good"});
}

TEST_F(SparkplugSession, KnowsNoMoreMetricsOfANodeThanTheBound) {
  limit({.metrics_per_node = 2});
  hear(nbirth, Message().seq(0).named("a", 1, pb::Int8).whole(1));
  EXPECT_EQ(hear(dbirth, Message().seq(1).named("b", 2, pb::Int8).whole(1).named("c", 3, pb::Int8).whole(1)),
            Lines{"pump/b 1 good"});
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': metric 'c' is beyond the bounds on metrics, names or state"});
  hear(ddata, Message().seq(2).alias(3).whole(1));
  EXPECT_FALSE(asked());  // a birth would bring nothing new
  EXPECT_EQ(counts().unknown_metrics, 1U);
}

TEST_F(SparkplugSession, CountsTheMetricsOfARebirthOnce) {
  limit({.metrics_per_node = 2});
  for (int i = 0; i < 3; ++i) {
    EXPECT_EQ(hear(nbirth, Message().seq(0).named("a", 1, pb::Int8).whole(1).named("b", 2, pb::Int8).whole(2)),
              (Lines{"a 1 good", "b 2 good"}));
  }
}

TEST_F(SparkplugSession, KnowsNoMoreDevicesThanTheBound) {
  limit({.metrics_per_node = 1});
  hear(nbirth, Message().seq(0));
  hear(dbirth, Message().seq(1));
  hear("spBv1.0/plant/DBIRTH/n1/valve", Message().seq(2));
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': no room for the device 'valve'"});
  hear("spBv1.0/plant/DDATA/n1/valve", Message().seq(3).alias(1).whole(1));
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, TakesNoLongerNamesThanTheBound) {
  limit({.name_bytes = 8});
  hear(nbirth, Message().seq(0).named("12345678", 1, pb::Int8).named("123456789", 2, pb::Int8));
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': metric '123456789' is beyond the bounds on metrics, names or state"});
  hear("spBv1.0/123456789/NDATA/n1", Message());
  EXPECT_EQ(errors(), Lines{"topic level '123456789' is longer than 8 bytes"});
}

TEST_F(SparkplugSession, HoldsNoMoreStateThanTheBound) {
  limit({.state_bytes = 5000});
  Message birth;
  for (int i = 0; i < 100; ++i)
    birth.named("metric number " + std::to_string(i), i, pb::String).text("twenty bytes of text");
  hear(nbirth, birth.seq(0));
  EXPECT_LE(session_->heap_bytes(), 5000U);
  EXPECT_GT(session_->heap_bytes(), 4000U);
  EXPECT_GT(counts().beyond_bounds, 50U);
}

TEST_F(SparkplugSession, GivesAValueThatItHasNoRoomToKeep) {
  limit({.state_bytes = 5000});
  hear(nbirth, Message().seq(0).bd_seq(0).named("log", 1, pb::String).text("short"));
  hear(ndata, Message().seq(1).alias(1).text(std::string(6000, 'x')));
  EXPECT_EQ(output_.records.at(0).find("value")->as_text().size(), 6000U);
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': no room to keep the value of metric 'log'"});
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0)), Lines{"log null stale"});
}

TEST_F(SparkplugSession, GivesBackTheStateThatABirthReplaces) {
  be_born();
  const auto before = session_->heap_bytes();
  for (int i = 0; i < 100; ++i) be_born();
  EXPECT_EQ(session_->heap_bytes(), before);
  hear(dbirth, Message().seq(2));
  EXPECT_LT(session_->heap_bytes(), before);
}

TEST_F(SparkplugSession, CountsTheLastValueInItsState) {
  hear(nbirth, Message().seq(0).named("log", 1, pb::String).text(""));
  const auto before = session_->heap_bytes();
  hear(ndata, Message().seq(1).alias(1).text(std::string(1000, 'x')));
  EXPECT_GE(session_->heap_bytes(), before + 1000);
  hear(ndata, Message().seq(2).alias(1).text(""));
  EXPECT_EQ(session_->heap_bytes(), before);
}

TEST_F(SparkplugSession, GivesNoMoreRecordsOfAMessageThanTheBound) {
  limit({.record_bytes = 2000});
  hear(nbirth, Message().seq(0).named("up", 1, pb::Int8).whole(1));
  Message data;
  for (int i = 0; i < 100; ++i) data.alias(1).whole(1);
  EXPECT_LT(hear(ndata, data.seq(1)).size(), 20U);
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': the message's records are above 2000 bytes: the rest is dropped"});
  EXPECT_GT(counts().beyond_bounds, 80U);
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
