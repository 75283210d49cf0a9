#include <gtest/gtest.h>

#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {
namespace {

using namespace std::string_view_literals;

std::string error_of(pb::DataType datatype, std::string_view bytes, const Limits& limits = {}) {
  const auto value = value_of(array_of(datatype, bytes), limits);
  return value ? "none" : value.error().message;
}

// The examples of the specification (Sparkplug 3.0, 6.4.17).
TEST(SparkplugArray, ReadsTheExamplesOfTheSpecification) {
  EXPECT_EQ(value_of(array_of(pb::Int32Array, "\x15\xcd\x5b\x07\xb1\x68\xde\x3a"sv)),
            Value::list({123456789, 987654321}));
  EXPECT_EQ(value_of(array_of(pb::Int8Array, "\xe9\x7b"sv)), Value::list({-23, 123}));
  EXPECT_EQ(value_of(array_of(pb::Int16Array, "\xd0\x8a\x30\x75"sv)), Value::list({-30000, 30000}));
  EXPECT_EQ(value_of(array_of(pb::Int32Array, "\xff\xff\xff\xff\xfa\xaf\xcb\x12"sv)), Value::list({-1, 315338746}));
  EXPECT_EQ(value_of(array_of(pb::UInt8Array, "\x17\xfa"sv)), Value::list({23, 250}));
  EXPECT_EQ(value_of(array_of(pb::UInt16Array, "\x1e\x00\x88\xcc"sv)), Value::list({30, 52360}));
  EXPECT_EQ(value_of(array_of(pb::UInt32Array, "\x34\0\0\0\x49\xfb\x55\xc4"sv)),
            Value::list({52, std::int64_t{3293969225}}));
  EXPECT_EQ(value_of(array_of(pb::StringArray, "ABC\0hello\0"sv)), Value::list({"ABC", "hello"}));
}

TEST(SparkplugArray, ReadsIntegersOf64Bits) {
  EXPECT_EQ(value_of(array_of(pb::Int64Array, "\xfe\xff\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\0\0\0"sv)),
            Value::list({-2, 2}));
  EXPECT_EQ(value_of(array_of(pb::UInt64Array, "\xff\xff\xff\xff\xff\xff\xff\xff\x02\0\0\0\0\0\0\0"sv)),
            Value::list({18446744073709551615.0, 2}));
  EXPECT_EQ(value_of(array_of(pb::DateTimeArray, "\xc7\xd0\x90\x75\x24\x01\0\0"sv)),
            Value::list({std::int64_t{1256102875335}}));
}

TEST(SparkplugArray, ReadsLittleEndianFloats) {
  EXPECT_EQ(value_of(array_of(pb::FloatArray, "\0\0\xa0\xbf\0\0\xc0\x7f"sv)), Value::list({-1.25, nullptr}));
  EXPECT_EQ(value_of(array_of(pb::DoubleArray, "\0\0\0\0\0\0\xf4\xbf"sv)), Value::list({-1.25}));
}

TEST(SparkplugArray, ReadsBooleansFromTheHighestBitOn) {
  EXPECT_EQ(value_of(array_of(pb::BooleanArray, "\x0c\0\0\0\x34\xdf"sv)),
            Value::list({false, false, true, true, false, true, false, false, true, true, false, true}));
  EXPECT_EQ(value_of(array_of(pb::BooleanArray, "\0\0\0\0"sv)), Value::list());
}

TEST(SparkplugArray, ReadsNothingAsAnEmptyList) {
  EXPECT_EQ(value_of(array_of(pb::Int32Array, ""sv)), Value::list());
  EXPECT_EQ(value_of(array_of(pb::StringArray, ""sv)), Value::list());
  EXPECT_EQ(value_of(array_of(pb::StringArray, "\0"sv)), Value::list({""}));
}

TEST(SparkplugArray, RefusesBytesThatMakeNoWholeElements) {
  EXPECT_EQ(error_of(pb::Int16Array, "abc"), "Int16Array of 3 bytes: 2 an element expected");
  EXPECT_EQ(error_of(pb::DoubleArray, "abc"), "DoubleArray of 3 bytes: 8 an element expected");
  EXPECT_EQ(error_of(pb::StringArray, "abc"), "StringArray ends without a NUL");
  EXPECT_EQ(error_of(pb::StringArray, "\xff\0"sv), "text '\\xff' is no UTF-8");
}

TEST(SparkplugArray, RefusesBooleansThatAreNotAsManyAsTheyCount) {
  EXPECT_EQ(error_of(pb::BooleanArray, "abc"), "BooleanArray has no count of 4 bytes");
  EXPECT_EQ(error_of(pb::BooleanArray, "\xff\xff\xff\xff\x01"sv),
            "BooleanArray of 4294967295 elements has 1 bytes of them");
  EXPECT_EQ(error_of(pb::BooleanArray, "\x09\0\0\0\x01"sv), "BooleanArray of 9 elements has 1 bytes of them");
}

TEST(SparkplugArray, HoldsNoMoreThanTheBound) {
  const Limits two{.value_bytes = 32};
  EXPECT_EQ(error_of(pb::Int8Array, "ab", two), "none");
  EXPECT_EQ(error_of(pb::Int8Array, "abc", two), "Int8Array of 3 elements is above the bound");
  EXPECT_EQ(error_of(pb::BooleanArray, "\x03\0\0\0\0"sv, two), "BooleanArray of 3 elements is above the bound");
  EXPECT_EQ(error_of(pb::StringArray, "\0\0\0"sv, two), "StringArray of 3 elements is above the bound");
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
