#include "mapping/sparkplug/session.h"

#include "sparkplug/node.h"

namespace sluice::mapping::sparkplug {
namespace {

using Lines = std::vector<std::string>;

TEST_F(SparkplugSession, GivesARecordForAMetric) {
  hear(nbirth, Message().seq(0).named("up", 1, pb::Int32).whole(1).at(700), 1000);
  EXPECT_EQ(to_json(output_.records.at(0)),
            R"({"group":"plant","node":"n1","device":null,"metric":"up","value":1,"time":700,"quality":"good"})");
  hear(dbirth, Message().seq(1).named("rpm", 2, pb::Int16).whole(900), 1000);
  EXPECT_EQ(to_json(output_.records.at(0)),
            R"({"group":"plant","node":"n1","device":"pump","metric":"rpm","value":900,"time":1000,"quality":"good"})");
}

TEST_F(SparkplugSession, KnowsAliasAndDatatypeFromTheBirth) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(2).alias(2).whole(0xffff)), Lines{"pump/rpm -1 good"});
  EXPECT_EQ(hear(ndata, Message().seq(3).alias(1).whole(0xffffffff)), Lines{"up -1 good"});
  EXPECT_EQ(errors(), Lines{});
  EXPECT_FALSE(asked());
}

TEST_F(SparkplugSession, KnowsMetricsByNameToo) {
  hear(nbirth, Message().seq(0).named("up", {}, pb::Int32).whole(1));
  EXPECT_EQ(hear(ndata, Message().seq(1).by_name("up").whole(2)), Lines{"up 2 good"});
}

TEST_F(SparkplugSession, TakesTheDatatypeThatDataStates) {
  hear(nbirth, Message().seq(0).named("x", 1, pb::Int32).whole(1));
  EXPECT_EQ(hear(ndata, Message().seq(1).named("x", 1, pb::Double).real(0.5)), Lines{"x 0.5 good"});
}

TEST_F(SparkplugSession, TakesTheTimeOfTheMetricThenOfThePayloadThenOfReceipt) {
  be_born();
  hear(ddata, Message().seq(2).sent_at(200).alias(2).whole(1).at(100), 300);
  EXPECT_EQ(*output_.records.at(0).find("time"), Value(100));
  hear(ddata, Message().seq(3).sent_at(200).alias(2).whole(1), 300);
  EXPECT_EQ(*output_.records.at(0).find("time"), Value(200));
  hear(ddata, Message().seq(4).sent_at(~std::uint64_t{0}).alias(2).whole(1), 300);
  EXPECT_EQ(*output_.records.at(0).find("time"), Value(300));
}

TEST_F(SparkplugSession, KeepsNodesAndDevicesApart) {
  be_born();
  hear("spBv1.0/plant/NBIRTH/n2", Message().seq(0).named("temp", 1, pb::Int8).whole(0xff));
  EXPECT_EQ(hear("spBv1.0/plant/NDATA/n2", Message().seq(1).alias(1).whole(0xfe)), Lines{"temp -2 good"});
  EXPECT_EQ(hear(ndata, Message().seq(2).alias(1).whole(5)), Lines{"up 5 good"});
  EXPECT_EQ(session_->nodes(), 2U);
}

TEST_F(SparkplugSession, SaysStaleOfValuesWhoseQualityIsNotGood) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(2).alias(2).whole(1).quality(192)), Lines{"pump/rpm 1 good"});
  EXPECT_EQ(hear(ddata, Message().seq(3).alias(2).whole(1).quality(500)), Lines{"pump/rpm 1 stale"});
  EXPECT_EQ(hear(ddata, Message().seq(4).alias(2).whole(1).quality(0)), Lines{"pump/rpm 1 stale"});
}

TEST_F(SparkplugSession, SaysGoodOfValuesWhoseQualityIsNull) {
  be_born();
  auto message = Message().seq(2).alias(2).whole(1);
  auto& properties = *message.last().mutable_properties();
  properties.add_keys("Quality");
  properties.add_values()->set_is_null(true);
  EXPECT_EQ(hear(ddata, message), Lines{"pump/rpm 1 good"});
}

TEST_F(SparkplugSession, RefusesAMetricWhosePropertiesAreBroken) {
  be_born();
  auto message = Message().seq(2).alias(2).whole(1);
  message.last().mutable_properties()->add_keys("Quality");
  EXPECT_EQ(hear(ddata, message), Lines{});
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': metric 'rpm': property set has 1 keys and 0 values"});
}

TEST_F(SparkplugSession, GivesNoRecordOfHistory) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(2).alias(2).whole(1).historical().alias(2).whole(7)), Lines{"pump/rpm 7 good"});
  EXPECT_EQ(counts().historical, 1U);
}

TEST_F(SparkplugSession, GivesNoRecordOfTemplatesAndKnowsTheirAliases) {
  hear(nbirth, Message().seq(0).named("motor", 9, pb::Template));
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': metric 'motor' is a template, which is not decoded"});
  EXPECT_EQ(hear(ndata, Message().seq(1).alias(9)), Lines{});
  EXPECT_FALSE(asked());
  EXPECT_EQ(hear(ndeath, Message().bd_seq(0)), Lines{});
  EXPECT_EQ(counts().templates, 2U);
}

TEST_F(SparkplugSession, SaysWhichMetricIsWrongAndReadsTheRest) {
  be_born();
  EXPECT_EQ(hear(ddata, Message().seq(2).alias(2).text("x").alias(2).whole(3)), Lines{"pump/rpm 3 good"});
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': metric 'rpm': Int16 expected, found string_value"});
}

TEST_F(SparkplugSession, NamesTheFirstEightFaultsOfAMessage) {
  be_born();
  Message message;
  for (int i = 0; i < 20; ++i) message.alias(2).text("x");
  hear(ddata, message.seq(2));
  EXPECT_EQ(errors().size(), 9U);
  EXPECT_EQ(errors().back(), "node 'plant/n1': 12 more faults in this message");
}

TEST_F(SparkplugSession, SaysWhenAnAliasStandsForTwo) {
  hear(nbirth, Message().seq(0).named("a", 1, pb::Int8).whole(1).named("b", 1, pb::Int8).whole(2));
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': alias 1 stands for 'a' and 'b'"});
  EXPECT_EQ(hear(ndata, Message().seq(1).alias(1).whole(3)), Lines{"a 3 good"});
}

TEST_F(SparkplugSession, GivesNothingOfCommandsAndHostStates) {
  for (const auto* topic :
       {"spBv1.0/plant/NCMD/n1", "spBv1.0/plant/DCMD/n1/pump", "spBv1.0/STATE/host", "STATE/host"}) {
    EXPECT_EQ(hear_bytes(topic, "{\"online\":true}"), Lines{}) << topic;
    EXPECT_EQ(errors(), Lines{}) << topic;
    EXPECT_FALSE(asked()) << topic;
  }
  EXPECT_EQ(session_->nodes(), 0U);
}

TEST_F(SparkplugSession, RefusesOtherTopics) {
  for (const auto* topic : {"a", "", "spBv1.0", "spAv1.0/g/NDATA/n", "spBv1.0/g/XDATA/n", "spBv1.0/g/NDATA/n/d",
                            "spBv1.0/g/DDATA/n", "spBv1.0/g/DDATA/n/", "spBv1.0//NDATA/n", "spBv1.0/g/DDATA/n/d/e"}) {
    hear(topic, Message());
    ASSERT_EQ(errors().size(), 1U) << topic;
    EXPECT_EQ(errors()[0], "topic '" + std::string(topic) +
                               "' is none of Sparkplug B: expected spBv1.0, group, kind of message, node and, for "
                               "D..., device");
  }
}

TEST_F(SparkplugSession, RefusesPayloadsThatAreNone) {
  hear_bytes(ndata, "{\"value\":1}");
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': payload is no Sparkplug B: it ends within a field"});
  EXPECT_EQ(session_->nodes(), 0U);
}

TEST_F(SparkplugSession, SaysThatAPackedPayloadIsNotRead) {
  pb::Payload payload;
  payload.set_uuid("SPBV1.0_COMPRESSED");
  payload.set_body("x");
  hear_bytes(ndata, encoded(payload));
  EXPECT_EQ(errors(), Lines{"node 'plant/n1': payload is packed as 'SPBV1.0_COMPRESSED': only plain metrics are read"});
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
