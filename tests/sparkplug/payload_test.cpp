#include "mapping/sparkplug/payload.h"

#include <gtest/gtest.h>

#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {
namespace {

TEST(Payload, HoldsWhatItsEncoderWrote) {
  pb::Payload written;
  written.set_timestamp(1'486'144'502'122);
  written.set_seq(255);
  written.set_uuid("a uuid");
  written.set_body("a body");
  const auto bytes = encoded(written);
  const auto read = read_payload(bytes);
  ASSERT_TRUE(read) << read.error().text();
  EXPECT_EQ(read->timestamp, 1'486'144'502'122U);
  EXPECT_EQ(read->seq, 255U);
  EXPECT_EQ(read->uuid, "a uuid");
  EXPECT_EQ(read->body, "a body");
  EXPECT_TRUE(read->metrics.empty());
}

TEST(Payload, HoldsMetricsWithAllTheirParts) {
  pb::Payload written;
  auto& metric = *written.add_metrics();
  metric.set_name("Inputs/A");
  metric.set_alias(18'446'744'073'709'551'615U);
  metric.set_timestamp(7);
  metric.set_datatype(pb::Int32);
  metric.set_is_historical(true);
  metric.set_is_transient(true);
  metric.set_is_null(true);
  metric.set_int_value(5);
  const auto bytes = encoded(written);
  const auto read = read_payload(bytes);
  ASSERT_TRUE(read) << read.error().text();
  const auto& found = read->metrics.at(0);
  EXPECT_EQ(found.name, "Inputs/A");
  EXPECT_EQ(found.alias, 18'446'744'073'709'551'615U);
  EXPECT_EQ(found.timestamp, 7U);
  EXPECT_EQ(found.datatype, Datatype::int32);
  EXPECT_TRUE(found.is_historical && found.is_transient && found.is_null);
  EXPECT_EQ(found.value.kind, WireValue::Kind::int_value);
  EXPECT_EQ(found.value.bits, 5U);
}

TEST(Payload, LeavesOutWhatItsEncoderLeftOut) {
  pb::Payload written;
  written.add_metrics();
  const auto bytes = encoded(written);
  const auto read = read_payload(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->timestamp, std::nullopt);
  EXPECT_EQ(read->seq, std::nullopt);
  EXPECT_EQ(read->metrics.at(0).alias, std::nullopt);
  EXPECT_EQ(read->metrics.at(0).timestamp, std::nullopt);
  EXPECT_EQ(read->metrics.at(0).value.kind, WireValue::Kind::none);
}

TEST(Payload, FindsAMetricByName) {
  pb::Payload written;
  written.add_metrics()->set_name("a");
  written.add_metrics()->set_name("bdSeq");
  const auto bytes = encoded(written);
  const auto read = read_payload(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read->find("bdSeq"), &read->metrics[1]);
  EXPECT_EQ(read->find("x"), nullptr);
}

TEST(Payload, TakesTheLastOfSeveralValues) {
  pb::Payload::Metric first;
  first.set_string_value("x");
  pb::Payload::Metric second;
  second.set_double_value(1.5);
  const auto inner = encoded(first) + encoded(second);
  const auto bytes = "\x12" + std::string(1, static_cast<char>(inner.size())) + inner;
  const auto read = read_payload(bytes);
  ASSERT_TRUE(read);
  EXPECT_EQ(read_value(read->metrics.at(0), Datatype::float64), Value(1.5));
}

TEST(Payload, SkipsFieldsThatItDoesNotKnow) {
  const auto read = read_payload("\xf2\x01\x03xyz\x18\x09\x0a\x01x");  // 30; seq; a timestamp that is a text
  ASSERT_TRUE(read);
  EXPECT_EQ(read->seq, 9U);
  EXPECT_EQ(read->timestamp, std::nullopt);
}

TEST(Payload, SaysWhereItIsBroken) {
  EXPECT_EQ(read_payload("{\"a\":1}").error().message, "payload is no Sparkplug B: it ends within a field");
  EXPECT_EQ(read_payload("\x12\x02\x0a\x05").error().message,
            "payload is no Sparkplug B: metric 1 ends within a field");
}

TEST(Payload, HoldsNoMoreMetricsThanTheBound) {
  pb::Payload written;
  for (int i = 0; i < 4; ++i) written.add_metrics();
  EXPECT_EQ(read_payload(encoded(written), {.metrics_per_node = 3}).error().message, "payload has more than 3 metrics");
  const auto bytes = encoded(written);
  EXPECT_TRUE(read_payload(bytes, {.metrics_per_node = 4}));
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
