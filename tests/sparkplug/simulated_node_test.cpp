#include <gmock/gmock.h>

#include "simulator/devices/sparkplug_site.h"
#include "simulator/sparkplug/edge_node.h"
#include "simulator/sparkplug/payload.h"
#include "sparkplug/node.h"

namespace sluice::simulator::sparkplug {
namespace {

namespace pb = org::eclipse::tahu::protobuf;
using mapping::sparkplug::encoded;
using testing::Each;
using testing::ElementsAre;
using testing::IsEmpty;

/// As protobuf itself reads it.
pb::Payload read(const std::string& bytes) {
  pb::Payload payload;
  EXPECT_TRUE(payload.ParseFromString(bytes));
  return payload;
}

TEST(SimulatedPayload, ProtobufReadsWhatIsWritten) {
  const auto payload = read(write_payload(at_ms(1'700'000'000'123),
                                          {{"level", 7, Datatype::number, -2.25},
                                           {"running", 300, Datatype::boolean, true},
                                           {"", 1, std::nullopt, std::int64_t{-1}},
                                           {"name", std::nullopt, Datatype::text, std::string("Pumpe ä")}},
                                          255));
  EXPECT_EQ(payload.timestamp(), 1'700'000'000'123U);
  EXPECT_EQ(payload.seq(), 255U);
  ASSERT_EQ(payload.metrics_size(), 4);
  EXPECT_EQ(payload.metrics(0).name(), "level");
  EXPECT_EQ(payload.metrics(0).alias(), 7U);
  EXPECT_EQ(payload.metrics(0).datatype(), static_cast<std::uint32_t>(pb::Double));
  EXPECT_EQ(payload.metrics(0).double_value(), -2.25);
  EXPECT_EQ(payload.metrics(1).alias(), 300U);
  EXPECT_EQ(payload.metrics(1).datatype(), static_cast<std::uint32_t>(pb::Boolean));
  EXPECT_TRUE(payload.metrics(1).boolean_value());
  EXPECT_FALSE(payload.metrics(2).has_name());
  EXPECT_FALSE(payload.metrics(2).has_datatype());
  EXPECT_EQ(payload.metrics(2).long_value(), static_cast<std::uint64_t>(-1));
  EXPECT_EQ(payload.metrics(3).string_value(), "Pumpe ä");
}

TEST(SimulatedPayload, ItsBytesAreProtobufsOwn) {
  const auto bytes = write_payload(at_ms(5), {{"a", 1, Datatype::int64, std::int64_t{300}}}, std::nullopt);
  EXPECT_EQ(encoded(read(bytes)), bytes);
  EXPECT_FALSE(read(bytes).has_seq());
}

TEST(SimulatedPayload, ARequestForRebirthIsRead) {
  pb::Payload command;
  auto& metric = *command.add_metrics();
  metric.set_name("Node Control/Rebirth");
  metric.set_datatype(pb::Boolean);
  metric.set_boolean_value(true);
  EXPECT_TRUE(asks_for_rebirth(encoded(command)));
  metric.set_boolean_value(false);
  EXPECT_FALSE(asks_for_rebirth(encoded(command)));
  metric.set_boolean_value(true);
  metric.set_name("Node Control/Reboot");
  EXPECT_FALSE(asks_for_rebirth(encoded(command)));
}

TEST(SimulatedPayload, DamagedCommandsAskForNothing) {
  pb::Payload command;
  command.set_timestamp(1'700'000'000'000);
  auto& metric = *command.add_metrics();
  metric.set_name("Node Control/Rebirth");
  metric.set_timestamp(1'700'000'000'000);
  metric.set_boolean_value(true);
  const auto whole = encoded(command);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    EXPECT_FALSE(asks_for_rebirth(whole.substr(0, length))) << length;
  }
  EXPECT_FALSE(asks_for_rebirth(std::string(1'000, '\xFF')));
}

/// What the gateway's session makes of a node's messages: its errors, and how many records.
class SimulatedNode : public testing::Test {
 protected:
  void hear(const Publishes& publishes) {
    for (const auto& publish : publishes) {
      mapping::sparkplug::Session::Output output;
      session_.receive(publish.topic, publish.payload, at_ms(0), output);
      errors_.insert(errors_.end(), output.errors.begin(), output.errors.end());
      records_ += output.records.size();
      asked_ = asked_ || !output.publishes.empty();
    }
  }
  mapping::sparkplug::Session session_{mapping::sparkplug::Limits{}};
  std::vector<std::string> errors_;
  std::size_t records_ = 0;
  bool asked_ = false;
};

TEST_F(SimulatedNode, IsUnderstoodOverMoreMessagesThanItsSequenceHas) {
  EdgeNode node("water", "s1");
  Publishes out;
  EXPECT_EQ(node.will(at_ms(0)).topic, "spBv1.0/water/NDEATH/s1");
  node.be_born(at_ms(0), {{"flow", 1, std::nullopt, 2.5}}, out);
  node.bear("line1", at_ms(0), {{"level", 2, std::nullopt, 1.5}}, out);
  for (int i = 0; i < 600; ++i) node.tell("line1", at_ms(i), {{"", 2, std::nullopt, 0.5 * i}}, out);
  node.die("line1", at_ms(600), out);
  hear(out);
  EXPECT_THAT(errors_, IsEmpty());
  EXPECT_GT(records_, 602U);
  EXPECT_EQ(read(out[255].payload).seq(), 255U);
  EXPECT_EQ(read(out[256].payload).seq(), 0U);
}

TEST_F(SimulatedNode, EachDeathHasTheNumberOfItsBirth) {
  EdgeNode node("water", "s1");
  for (std::uint64_t life = 0; life < 258; ++life) {
    const auto death = read(node.will(at_ms(0)).payload);
    Publishes out;
    node.be_born(at_ms(0), {}, out);
    ASSERT_EQ(death.metrics(0).name(), "bdSeq");
    ASSERT_EQ(death.metrics(0).long_value(), life % 256);
    ASSERT_EQ(read(out[0].payload).metrics(0).long_value(), life % 256);
    ASSERT_EQ(read(out[0].payload).seq(), 0U);
  }
}

class SimulatedSite : public SimulatedNode {
 protected:
  void start() {
    will_ = *site_.identity().will;
    Publishes out;
    site_.connected(now_, out);
    hear(out);
  }
  void pass(int seconds) {
    Publishes out;
    for (; seconds > 0; --seconds) site_.step(now_ += std::chrono::seconds(1), out);
    hear(out);
    messages_ += out.size();
  }
  void fail(std::string_view fault, int seconds) {
    Publishes out;
    site_.fail(fault, now_, now_ + std::chrono::seconds(seconds), out);
    hear(out);
  }
  SparkplugSite site_{{.name = "s1", .tags = 65}, at_ms(0)};
  Timestamp now_ = at_ms(0);
  message::Publish will_;
  std::size_t messages_ = 0;
};

TEST_F(SimulatedSite, TellsItsLifeWithoutAFault) {
  start();
  EXPECT_GE(records_, 65U);
  pass(600);
  EXPECT_GT(messages_, 200U);
  hear({will_});
  EXPECT_THAT(errors_, IsEmpty());
  EXPECT_FALSE(asked_);
}

TEST_F(SimulatedSite, ALostMessageIsNoticedAndARebirthHealsIt) {
  start();
  pass(10);
  fail("lost_message", 1);
  pass(10);
  EXPECT_TRUE(asked_);
  EXPECT_EQ(errors_.size(), 1U);
  pb::Payload command;
  auto& metric = *command.add_metrics();
  metric.set_name("Node Control/Rebirth");
  metric.set_boolean_value(true);
  Publishes out;
  site_.receive({.topic = "spBv1.0/water/NCMD/s1", .payload = encoded(command)}, now_, out);
  EXPECT_EQ(out.size(), 4U);
  hear(out);
  errors_.clear();
  pass(100);
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(SimulatedSite, ADeviceDiesAndIsBornAgain) {
  start();
  fail("device_death", 20);
  pass(15);
  const auto before = records_;
  pass(10);
  EXPECT_GT(records_, before + 20);
  EXPECT_THAT(errors_, IsEmpty());
}

TEST_F(SimulatedSite, DoesNotSpeakBeforeItsBirth) {
  will_ = *site_.identity().will;
  pass(60);
  EXPECT_EQ(messages_, 0U);
}

}  // namespace
}  // namespace sluice::simulator::sparkplug
