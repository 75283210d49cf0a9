#include "mapping/sparkplug/rebirth.h"

#include "sparkplug/node.h"

namespace sluice::mapping::sparkplug {
namespace {

using Lines = std::vector<std::string>;

TEST(RebirthRequest, IsACommandByNameThatProtobufReads) {
  const auto request = rebirth_request("plant", "n1", at_ms(1'486'144'502'122));
  EXPECT_EQ(request.topic, "spBv1.0/plant/NCMD/n1");
  EXPECT_EQ(request.qos, 0);
  EXPECT_FALSE(request.retain);
  pb::Payload payload;
  ASSERT_TRUE(payload.ParseFromString(request.payload));
  EXPECT_EQ(payload.timestamp(), 1'486'144'502'122U);
  EXPECT_FALSE(payload.has_seq());
  ASSERT_EQ(payload.metrics_size(), 1);
  EXPECT_EQ(payload.metrics(0).name(), "Node Control/Rebirth");
  EXPECT_FALSE(payload.metrics(0).has_alias());
  EXPECT_EQ(payload.metrics(0).timestamp(), 1'486'144'502'122U);
  EXPECT_EQ(payload.metrics(0).datatype(), static_cast<unsigned>(pb::Boolean));
  EXPECT_TRUE(payload.metrics(0).boolean_value());
}

TEST_F(SparkplugSession, AsksANodeItFirstHearsByData) {
  EXPECT_EQ(hear(ndata, Message().seq(17).alias(1).whole(1), 5000), Lines{});
  ASSERT_TRUE(asked());
  EXPECT_EQ(output_.publishes.at(0), rebirth_request("plant", "n1", at_ms(5000)));
  EXPECT_EQ(errors(), Lines{});
  EXPECT_EQ(counts().before_birth, 1U);
}

TEST_F(SparkplugSession, AsksANodeItFirstHearsByItsDevice) {
  hear(dbirth, Message().seq(5).named("rpm", 2, pb::Int16).whole(1));
  EXPECT_TRUE(asked());
  EXPECT_EQ(output_.publishes.at(0).topic, "spBv1.0/plant/NCMD/n1");
}

TEST_F(SparkplugSession, AsksNothingOfANodeItHearsFromItsBirthOn) {
  hear(nbirth, Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(1));
  EXPECT_FALSE(asked());
  hear(ndata, Message().seq(1).alias(1).whole(2));
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, AsksNothingOfANodeItFirstHearsByItsDeath) {
  hear(ndeath, Message().bd_seq(3));
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, AsksAtMostOnceInTenSeconds) {
  hear(ndata, Message().seq(1).alias(1), 0);
  hear(ndata, Message().seq(2).alias(1), 9999);
  EXPECT_FALSE(asked());
  hear(ndata, Message().seq(3).alias(1), 10'000);
  EXPECT_TRUE(asked());
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': no birth came since it was asked for one; asked again"});
  EXPECT_EQ(counts().rebirth_requests, 2U);
}

TEST_F(SparkplugSession, AsksEachNodeByItself) {
  hear(ndata, Message().seq(1).alias(1));
  hear("spBv1.0/plant/NDATA/n2", Message().seq(1).alias(1));
  EXPECT_TRUE(asked());
}

TEST_F(SparkplugSession, AsksNoMoreOnceTheBirthHasCome) {
  hear(ndata, Message().seq(1).alias(1), 0);
  be_born(0, 100);
  hear(ndata, Message().seq(2).alias(1).whole(1), 20'000);
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, AsksForAnUnknownAlias) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(2).alias(99).whole(1).alias(2).whole(7).alias(98), 100),
            Lines{"pump/rpm 7 good"});
  EXPECT_TRUE(asked());
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': data of 2 metrics that no birth named, first alias 99"});
  EXPECT_EQ(counts().unknown_metrics, 2U);
}

TEST_F(SparkplugSession, AsksForAnUnknownName) {
  be_born();
  hear(ndata, Message().seq(2).by_name("new").whole(1));
  EXPECT_TRUE(asked());
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': data of 1 metrics that no birth named, first 'new'"});
}

TEST_F(SparkplugSession, AsksForADeviceWithoutABirth) {
  hear(nbirth, Message().seq(0).bd_seq(0));
  EXPECT_EQ(hear(ddata, Message().seq(1).alias(2).whole(1)), Lines{});
  EXPECT_TRUE(asked());
}

TEST_F(SparkplugSession, AsksWhenMessagesAreMissing) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(4).alias(2).whole(7)), Lines{"pump/rpm 7 good"});
  EXPECT_TRUE(asked());
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': messages are missing or out of order: seq 4, expected 2"});
  EXPECT_EQ(counts().gaps, 1U);
  hear(ddata, Message().seq(5).alias(2).whole(7));
  EXPECT_EQ(counts().gaps, 1U);
}

TEST_F(SparkplugSession, AsksLaterWhatItMayNotAskNow) {
  hear(ndata, Message().seq(1).alias(1), 0);
  be_born(0, 100);
  hear(ddata, Message().seq(4).alias(2).whole(7), 200);
  EXPECT_FALSE(asked());
  hear(ddata, Message().seq(5).alias(2).whole(7), 10'000);
  EXPECT_TRUE(asked());
  EXPECT_EQ(errors(), Lines{});
}

TEST_F(SparkplugSession, CountsSeqOverAllOfANodesMessagesAndOverItsEnd) {
  be_born();
  for (std::uint64_t seq = 2; seq < 600; ++seq) {
    hear(seq % 2 == 0 ? ddata : ndata, Message().seq(seq % 256));
    ASSERT_EQ(errors(), Lines{}) << seq;
  }
  hear(ddeath, Message().seq(600 % 256));
  hear(dbirth, Message().seq(601 % 256));
  EXPECT_EQ(errors(), Lines{});
  EXPECT_EQ(counts().gaps, 0U);
}

TEST_F(SparkplugSession, CountsSeqFromThatOfTheBirth) {
  hear(nbirth, Message().seq(41).named("up", 1, pb::Int32).whole(1));
  hear(ndata, Message().seq(42).alias(1).whole(1));
  EXPECT_EQ(counts().gaps, 0U);
}

TEST_F(SparkplugSession, CountsOnWhereSeqIsLeftOut) {
  hear(nbirth, Message().named("up", 1, pb::Int32).whole(1));
  hear(ndata, Message().seq(1).alias(1).whole(1));
  hear(ndata, Message().alias(1).whole(1));
  hear(ndata, Message().seq(3).alias(1).whole(1));
  EXPECT_EQ(counts().gaps, 0U);
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
