#include "mapping/sparkplug/value_reader.h"

#include <gtest/gtest.h>

#include <cmath>
#include <limits>

#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {
namespace {

using PbMetric = pb::Payload::Metric;

PbMetric with_int(pb::DataType datatype, std::uint32_t value) {
  auto metric = metric_of(datatype);
  metric.set_int_value(value);
  return metric;
}
PbMetric with_long(pb::DataType datatype, std::uint64_t value) {
  auto metric = metric_of(datatype);
  metric.set_long_value(value);
  return metric;
}
PbMetric with_float(pb::DataType datatype, float value) {
  auto metric = metric_of(datatype);
  metric.set_float_value(value);
  return metric;
}
PbMetric with_double(pb::DataType datatype, double value) {
  auto metric = metric_of(datatype);
  metric.set_double_value(value);
  return metric;
}
PbMetric with_text(pb::DataType datatype, const std::string& value) {
  auto metric = metric_of(datatype);
  metric.set_string_value(value);
  return metric;
}
std::string error_of(const PbMetric& metric, const Limits& limits = {}) {
  const auto value = value_of(metric, limits);
  return value ? "none" : value.error().message;
}

TEST(SparkplugValue, ReadsSignedIntegersFromTwosComplement) {
  EXPECT_EQ(value_of(with_int(pb::Int8, static_cast<std::uint32_t>(-23))), Value(-23));
  EXPECT_EQ(value_of(with_int(pb::Int16, static_cast<std::uint32_t>(-30000))), Value(-30000));
  EXPECT_EQ(value_of(with_int(pb::Int32, static_cast<std::uint32_t>(-2147483648))), Value(std::int64_t{-2147483648}));
  EXPECT_EQ(value_of(with_long(pb::Int64, 0x8000000000000000)), Value(std::numeric_limits<std::int64_t>::min()));
  EXPECT_EQ(value_of(with_int(pb::Int8, 127)), Value(127));
}

TEST(SparkplugValue, ReadsSignedIntegersOfEncodersThatDoNotExtendTheSign) {
  EXPECT_EQ(value_of(with_int(pb::Int8, 0xe9)), Value(-23));
  EXPECT_EQ(value_of(with_int(pb::Int16, 0x8ad0)), Value(-30000));
  EXPECT_EQ(value_of(with_long(pb::Int32, 0xffffffff)), Value(-1));
  EXPECT_EQ(value_of(with_long(pb::Int32, 0xffffffffffffffff)), Value(-1));
}

TEST(SparkplugValue, ReadsUnsignedIntegers) {
  EXPECT_EQ(value_of(with_int(pb::UInt8, 250)), Value(250));
  EXPECT_EQ(value_of(with_int(pb::UInt16, 65535)), Value(65535));
  EXPECT_EQ(value_of(with_int(pb::UInt32, 4294967295)), Value(std::int64_t{4294967295}));
  EXPECT_EQ(value_of(with_long(pb::UInt32, 4294967295)), Value(std::int64_t{4294967295}));
  EXPECT_EQ(value_of(with_long(pb::UInt64, 9223372036854775807)), Value(std::int64_t{9223372036854775807}));
}

TEST(SparkplugValue, ReadsUnsignedIntegersAbove63BitsAsDoubles) {
  EXPECT_EQ(value_of(with_long(pb::UInt64, 18446744073709551615U)), Value(18446744073709551615.0));
}

TEST(SparkplugValue, RefusesIntegersOutOfRange) {
  EXPECT_EQ(error_of(with_int(pb::UInt8, 256)), "256 is out of the range of UInt8");
  EXPECT_EQ(error_of(with_int(pb::Int8, 256)), "256 is out of the range of Int8");
  EXPECT_EQ(error_of(with_int(pb::Int16, 0xffff7fff)), "4294934527 is out of the range of Int16");
  EXPECT_EQ(error_of(with_long(pb::Int32, 0x100000000)), "4294967296 is out of the range of Int32");
  EXPECT_EQ(error_of(with_long(pb::UInt32, 0x100000000)), "4294967296 is out of the range of UInt32");
}

TEST(SparkplugValue, ReadsFloatsAndDoubles) {
  EXPECT_EQ(value_of(with_float(pb::Float, -1.25F)), Value(-1.25));
  EXPECT_EQ(value_of(with_double(pb::Double, 12.354213)), Value(12.354213));
  EXPECT_EQ(value_of(with_float(pb::Double, 0.5F)), Value(0.5));
}

TEST(SparkplugValue, ReadsWhatIsNoNumberAsNull) {
  EXPECT_EQ(value_of(with_float(pb::Float, std::nanf(""))), Value());
  EXPECT_EQ(value_of(with_double(pb::Double, std::nan(""))), Value());
  EXPECT_EQ(value_of(with_double(pb::Double, -std::numeric_limits<double>::infinity())), Value());
}

TEST(SparkplugValue, ReadsBooleans) {
  auto metric = metric_of(pb::Boolean);
  metric.set_boolean_value(true);
  EXPECT_EQ(value_of(metric), Value(true));
  metric.set_boolean_value(false);
  EXPECT_EQ(value_of(metric), Value(false));
}

TEST(SparkplugValue, ReadsTexts) {
  EXPECT_EQ(value_of(with_text(pb::String, "Grüße")), Value("Grüße"));
  EXPECT_EQ(value_of(with_text(pb::Text, "")), Value(""));
  EXPECT_EQ(value_of(with_text(pb::UUID, "f81d4fae-7dec-11d0-a765-00a0c91e6bf6")),
            Value("f81d4fae-7dec-11d0-a765-00a0c91e6bf6"));
}

TEST(SparkplugValue, RefusesTextsThatAreNoUtf8) {
  EXPECT_EQ(error_of(with_text(pb::String, "a\xff")), "text 'a\\xff' is no UTF-8");
}

TEST(SparkplugValue, ReadsTimesInMilliseconds) {
  EXPECT_EQ(value_of(with_long(pb::DateTime, 1'486'144'502'122)), Value(std::int64_t{1'486'144'502'122}));
  EXPECT_EQ(value_of(with_long(pb::DateTime, static_cast<std::uint64_t>(-1000))), Value(-1000));
}

TEST(SparkplugValue, ReadsBytesAndFilesAsBase64) {
  EXPECT_EQ(value_of(array_of(pb::Bytes, "")), Value(""));
  EXPECT_EQ(value_of(array_of(pb::Bytes, "f")), Value("Zg=="));
  EXPECT_EQ(value_of(array_of(pb::Bytes, "fo")), Value("Zm8="));
  EXPECT_EQ(value_of(array_of(pb::File, "foobar")), Value("Zm9vYmFy"));
  EXPECT_EQ(value_of(array_of(pb::File, "\xff\xfe\xfd\xfb")), Value("//79+w=="));
}

TEST(SparkplugValue, IsNullWhenTheMetricSaysSo) {
  auto metric = with_int(pb::Int32, 5);
  metric.set_is_null(true);
  EXPECT_EQ(value_of(metric), Value());
  EXPECT_EQ(value_of(metric_of(pb::Int32)), Value());
}

TEST(SparkplugValue, WithoutADatatypeIsWhatItsKindSays) {
  EXPECT_EQ(value_of(with_int(pb::Unknown, 0xffffffff)), Value(std::int64_t{4294967295}));
  EXPECT_EQ(value_of(with_float(pb::Unknown, 0.5F)), Value(0.5));
  EXPECT_EQ(value_of(with_text(pb::Unknown, "x")), Value("x"));
  EXPECT_EQ(value_of(array_of(pb::Unknown, "f")), Value("Zg=="));
}

TEST(SparkplugValue, TakesTheDatatypeOfItsBirth) {
  pb::Payload payload;
  payload.add_metrics()->set_int_value(0xffffffff);
  const auto bytes = encoded(payload);
  const auto read = read_payload(bytes);
  EXPECT_EQ(read_value(read->metrics.at(0), Datatype::int32), Value(-1));
  EXPECT_EQ(read_value(read->metrics.at(0), Datatype::uint32), Value(std::int64_t{4294967295}));
}

TEST(SparkplugValue, RefusesAValueOfAnotherKind) {
  EXPECT_EQ(error_of(with_text(pb::Int32, "5")), "Int32 expected, found string_value");
  EXPECT_EQ(error_of(with_int(pb::Double, 5)), "Double expected, found int_value");
  EXPECT_EQ(error_of(with_int(pb::Boolean, 1)), "Boolean expected, found int_value");
  EXPECT_EQ(error_of(with_int(pb::String, 1)), "String expected, found int_value");
  EXPECT_EQ(error_of(with_text(pb::Bytes, "x")), "Bytes expected, found string_value");
  EXPECT_EQ(error_of(with_text(pb::Int8Array, "x")), "Int8Array expected, found string_value");
  EXPECT_EQ(error_of(with_text(pb::DataSet, "x")), "DataSet expected, found string_value");
}

TEST(SparkplugValue, RefusesTemplatesAndUnknownDatatypes) {
  auto metric = metric_of(pb::Template);
  metric.mutable_template_value()->set_is_definition(true);
  EXPECT_EQ(error_of(metric), "a Template is not decoded");
  metric.set_datatype(pb::Unknown);
  EXPECT_EQ(error_of(metric), "a template_value is not decoded");
  metric.set_datatype(99);
  EXPECT_EQ(error_of(metric), "datatype 99 is not known");
}

TEST(SparkplugValue, HoldsNoMoreBytesThanTheBound) {
  EXPECT_EQ(error_of(array_of(pb::Bytes, std::string(100, 'x')), {.value_bytes = 100}),
            "100 bytes are above the bound");
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
