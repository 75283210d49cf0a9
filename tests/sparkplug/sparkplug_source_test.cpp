#include "mapping/sparkplug_source.h"

#include <gmock/gmock.h>

#include "mapping/explain.h"
#include "sparkplug/node.h"
#include "support/mapping/mapping_fixture.h"

namespace sluice::test {
namespace {

using mapping::sparkplug::Message;
using testing::Contains;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;
using testing::StartsWith;
namespace pb = mapping::sparkplug::pb;

constexpr auto* nbirth = "spBv1.0/plant/NBIRTH/n1";
constexpr auto* ndata = "spBv1.0/plant/NDATA/n1";
constexpr auto* ndeath = "spBv1.0/plant/NDEATH/n1";

constexpr auto* yaml = R"(
events: {x: {metric: text, value: any, quality: text}}
rules: [{topic: spBv1.0/#, codec: sparkplug, steps: [{when: metric != 'bdSeq'}], emit: x}]
)";

/// NBIRTH 0 of the node with `up` (alias 1, Int32).
std::string birth() {
  return Message().seq(0).bd_seq(0).named("up", 1, pb::Int32).whole(1).bytes();
}
std::string data(std::uint64_t seq, std::uint32_t value) {
  return Message().seq(seq).alias(1).whole(value).bytes();
}

TEST(SparkplugCodec, GivesARecordAMetricAndKnowsAliases) {
  EXPECT_THAT(events_of(yaml, {{0, nbirth, birth()}, {5, ndata, data(1, 0xffffffff)}}),
              ElementsAre(R"(0ms x {"metric":"up","value":1,"quality":"good"})",
                          R"(5ms x {"metric":"up","value":-1,"quality":"good"})"));
}

TEST(SparkplugCodec, ADeathIsAStaleRecordAMetric) {
  EXPECT_THAT(events_of(yaml, {{0, nbirth, birth()}, {5, ndeath, Message().bd_seq(0).bytes()}}),
              Contains(R"(5ms x {"metric":"up","value":1,"quality":"stale"})"));
}

TEST(SparkplugCodec, TwoRulesThatMatchShareOneSession) {
  const auto* two = R"(
events: {x: {value: any}, y: {value: any}}
rules:
  - {topic: spBv1.0/plant/#, codec: sparkplug, steps: [{when: metric == 'up'}], emit: x}
  - {topic: spBv1.0/#, codec: sparkplug, steps: [{when: metric == 'up'}], emit: y}
)";
  EXPECT_THAT(
      events_of(two, {{0, nbirth, birth()}, {5, ndata, data(1, 2)}}),
      ElementsAre(R"(0ms x {"value":1})", R"(0ms y {"value":1})", R"(5ms x {"value":2})", R"(5ms y {"value":2})"));
}

TEST(SparkplugCodec, AMessageThatOneRuleHearsIsKnownToTheOthers) {
  const auto* two = R"(
events: {x: {value: any}, y: {value: any}}
rules:
  - {topic: [spBv1.0/+/NBIRTH/#, spBv1.0/+/NDEATH/#], codec: sparkplug, steps: [{when: metric == 'up'}], emit: x}
  - {topic: spBv1.0/+/NDATA/#, codec: sparkplug, emit: y}
)";
  EXPECT_THAT(events_of(two, {{0, nbirth, birth()}, {5, ndata, data(1, 2)}}),
              ElementsAre(R"(0ms x {"value":1})", R"(5ms y {"value":2})"));
}

TEST(SparkplugCodec, DataBeforeABirthAsksTheNodeForItAtMostEveryTenSecondsOfTheMessageClock) {
  EXPECT_THAT(events_of(yaml, {{0, ndata, data(1, 2)}, {9'999, ndata, data(2, 2)}}),
              ElementsAre(StartsWith("> spBv1.0/plant/NCMD/n1 ")));
  EXPECT_THAT(events_of(yaml, {{0, ndata, data(1, 2)}, {10'000, ndata, data(2, 2)}}),
              ElementsAre(StartsWith("> spBv1.0/plant/NCMD/n1 "), StartsWith("> spBv1.0/plant/NCMD/n1 "),
                          HasSubstr("no birth came")));
}

TEST(SparkplugCodec, AGapIsAFailureOfTheRuleAndAsksForABirth) {
  EXPECT_THAT(events_of(yaml, {{0, nbirth, birth()}, {5, ndata, data(3, 2)}}),
              ElementsAre(StartsWith("0ms x"), StartsWith("5ms x"), StartsWith("> spBv1.0/plant/NCMD/n1 "),
                          "! node 'plant/n1': messages are missing or out of order: seq 3, expected 1"));
}

TEST(SparkplugCodec, ItsOwnRequestsAndHostStatesGiveNothing) {
  EXPECT_THAT(events_of(yaml, {{0, "spBv1.0/plant/NCMD/n1", birth()}, {0, "spBv1.0/STATE/scada", "ONLINE"}}),
              IsEmpty());
}

TEST(SparkplugCodec, AnEmptyPayloadIsAMessageToo) {
  EXPECT_THAT(events_of(yaml, {{0, nbirth, birth()}, {5, ndeath, ""}}),
              Contains(R"(5ms x {"metric":"up","value":1,"quality":"stale"})"));
}

TEST(SparkplugCodec, APayloadAboveTheBoundIsAFailureAndMissedByTheSession) {
  mapping::Bounds bounds;
  bounds.payload_bytes = 100;
  Mapped mapped(yaml, bounds);
  mapped.at(milliseconds(0), nbirth, std::string(101, '\n'));
  EXPECT_THAT(mapped.lines(), ElementsAre("! payload of 101 bytes is above 100"));
  EXPECT_EQ(mapped.mapper().sparkplug()->nodes(), 0U);
}

TEST(SparkplugCodec, PlaceholdersKeysAndMsgWorkAsWithOtherCodecs) {
  Mapped mapped(R"(
events: {x: {node: text, n: int, topic: text}}
rules:
  - topic: spBv1.0/{plant}/+/{node}/#
    codec: sparkplug
    payload: {metric: text, value: any, node: text}
    steps:
      - when: metric == 'up'
      - set: {n: =len(msg.payload), topic: =msg.topic}
    emit: x
)");
  mapped.at(milliseconds(0), nbirth, birth());
  EXPECT_THAT(mapped.lines(), ElementsAre(R"(0ms x {"node":"n1","n":2,"topic":"spBv1.0/plant/NBIRTH/n1"})"));
  EXPECT_EQ(mapped.last_key(), R"({"plant":"plant","node":"n1"})");
}

TEST(SparkplugCodec, TheFieldsOfItsRecordsAreKnownAtLoad) {
  EXPECT_THAT(errors_of("rules: [{topic: spBv1.0/#, codec: sparkplug, steps: [{when: metrik == 'a'}], emit: x}]"),
              ElementsAre("1:55: when reads 'metrik', which nothing provides - did you mean 'metric'?"));
}

TEST(SparkplugCodec, TopicsThatMissBirthsAreNoted) {
  const Mapped mapped("rules: [{topic: [spBv1.0/+/DDATA/#, spBv1.0/+/+/n1], codec: sparkplug, emit: x}]");
  ASSERT_EQ(mapped.set().notes().size(), 1U);
  EXPECT_EQ(mapped.set().notes()[0].text(),
            "t.yaml:1:9: note: codec sparkplug follows a node by all its messages, and no rule with it hears "
            "spBv1.0/+/DBIRTH/+/+, spBv1.0/+/DDEATH/+/+");
  EXPECT_THAT(Mapped(yaml).set().notes(), IsEmpty());
}

TEST(SparkplugCodec, WhatTheSessionKeepsCountsAsState) {
  Mapped mapped(yaml);
  mapped.at(milliseconds(0), nbirth, birth());
  EXPECT_GT(mapped.mapper().state_bytes(), 100U);
  EXPECT_EQ(mapped.mapper().state_bytes(), mapped.mapper().sparkplug()->heap_bytes());
}

TEST(SparkplugCodec, OtherRulesGoOnWithTheSession) {
  Mapped mapped(yaml);
  mapped.at(milliseconds(0), nbirth, birth()).lines();
  mapped.change(R"(
events: {x: {metric: text, value: any, quality: text}}
rules:
  - {topic: other, emit: {event: x, when: false}}
  - {topic: spBv1.0/#, codec: sparkplug, steps: [{when: metric != 'bdSeq'}], emit: x}
)");
  mapped.at(milliseconds(5), ndata, data(1, 7));
  EXPECT_THAT(mapped.lines(), ElementsAre(R"(5ms x {"metric":"up","value":7,"quality":"good"})"));
  EXPECT_EQ(mapped.mapper().state_bytes(), mapped.mapper().sparkplug()->heap_bytes());
}

TEST(SparkplugCodec, TheStateOfStepsAndSessionHasOneBound) {
  mapping::Bounds bounds;
  bounds.state_bytes = 2000;  // less than a node takes
  Mapped mapped(yaml, bounds);
  mapped.at(milliseconds(0), nbirth, birth());
  EXPECT_THAT(mapped.lines(), ElementsAre("! node 'plant/n1': no room for a further node"));
}

TEST(SparkplugCodec, AMapperWithoutItHasNoSession) {
  EXPECT_EQ(Mapped("rules: [{topic: t, emit: x}]").mapper().sparkplug(), nullptr);
}

TEST(SparkplugCodec, ExplainTellsOfRequestsRecordsAndOfNone) {
  const Mapped mapped(yaml);
  mapping::Explainer explainer(std::shared_ptr<const mapping::MappingSet>(std::shared_ptr<void>(), &mapped.set()),
                               mapped.catalog());
  const auto early = explainer.explain({ndata, data(1, 2)});
  EXPECT_THAT(early, StartsWith("publishes spBv1.0/plant/NCMD/n1 "));
  EXPECT_THAT(early, HasSubstr("rule 'spBv1.0/# -> x' (t.yaml:3:9)\n  the message holds no record\n"));
  EXPECT_THAT(explainer.explain({nbirth, birth()}),
              HasSubstr(R"(sends t.x {"metric":"up","value":1,"quality":"good"})"));
}

TEST(SparkplugSource, GivesItsShareOfTheStateBackAtItsEnd) {
  const mapping::Bounds bounds;
  mapping::Context context(bounds);
  mapping::Output output;
  context.output = &output;
  context.state_bytes = 7;  // of others
  auto source = std::make_unique<mapping::SparkplugSource>(context);
  source->read(mapping::Rule(), {nbirth, birth(), at_ms(0)});
  EXPECT_EQ(context.state_bytes, 7 + source->session().heap_bytes());
  source.reset();
  EXPECT_EQ(context.state_bytes, 7U);
}

}  // namespace
}  // namespace sluice::test
