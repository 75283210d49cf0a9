#include "mapping/sparkplug/wire_reader.h"

#include <gtest/gtest.h>

#include <string>

namespace sluice::mapping::sparkplug {
namespace {

using namespace std::string_view_literals;

std::string_view fault_of(std::string_view message) {
  WireReader reader(message);
  WireReader::Field field;
  while (reader.next(field)) {
  }
  return reader.fault();
}

TEST(WireReader, ReadsTheFourKinds) {
  WireReader reader("\x08\x96\x01\x11\x01\0\0\0\0\0\0\x80\x1a\x02hi\x25\x04\x03\x02\x01"sv);
  WireReader::Field field;
  ASSERT_TRUE(reader.next(field) && field.is(1, WireReader::Type::varint));
  EXPECT_EQ(field.bits, 150U);
  ASSERT_TRUE(reader.next(field) && field.is(2, WireReader::Type::fixed64));
  EXPECT_EQ(field.bits, 0x8000000000000001U);
  ASSERT_TRUE(reader.next(field) && field.is(3, WireReader::Type::bytes));
  EXPECT_EQ(field.bytes, "hi");
  ASSERT_TRUE(reader.next(field) && field.is(4, WireReader::Type::fixed32));
  EXPECT_EQ(field.bits, 0x01020304U);
  EXPECT_FALSE(reader.next(field));
  EXPECT_EQ(reader.fault(), "");
}

TEST(WireReader, ReadsAnEmptyMessage) {
  EXPECT_EQ(fault_of(""), "");
}

TEST(WireReader, RefusesALengthBeyondTheEnd) {
  EXPECT_EQ(fault_of("\x0a\x03hi"), "ends within a field");
  EXPECT_EQ(fault_of("\x0a\xff\xff\xff\xff\xff\xff\xff\xff\x7fhi"), "ends within a field");
  EXPECT_EQ(fault_of("\x0a\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01hi"), "ends within a field");
}

TEST(WireReader, RefusesNumbersCutShortOrWithoutEnd) {
  EXPECT_EQ(fault_of("\x08"), "ends within a field");
  EXPECT_EQ(fault_of("\x08\x80"), "ends within a field");
  EXPECT_EQ(fault_of("\x11\1\2\3\4\5\6\7"), "ends within a field");
  EXPECT_EQ(fault_of("\x25\1\2\3"), "ends within a field");
  EXPECT_EQ(fault_of("\x08\x80\x80\x80\x80\x80\x80\x80\x80\x80\x80\x01"), "has a number that does not end");
  EXPECT_EQ(fault_of("\x88\x80\x80\x80\x80\x01\x01"), "has a number that does not end");
}

TEST(WireReader, RefusesFieldsThatDoNotExist) {
  EXPECT_EQ(fault_of("\x02\x01x"), "has a field of number 0");
  EXPECT_EQ(fault_of("\x0e\x01"), "has a field of an unknown kind");
}

TEST(WireReader, SkipsGroups) {
  WireReader reader("\x0b\x10\x05\x1b\x1a\x01x\x1c\x0c\x20\x07");
  WireReader::Field field;
  ASSERT_TRUE(reader.next(field));
  EXPECT_EQ(field.number, 4U);
  EXPECT_EQ(field.bits, 7U);
}

TEST(WireReader, RefusesGroupsThatDoNotMatch) {
  EXPECT_EQ(fault_of("\x0c"), "ends a group that did not begin");
  EXPECT_EQ(fault_of("\x0b\x14"), "ends a group that did not begin");
  EXPECT_EQ(fault_of("\x0b"), "ends within a field");
}

TEST(WireReader, RefusesGroupsNestedDeeply) {
  EXPECT_EQ(fault_of(std::string(32, '\x0b') + std::string(32, '\x0c')), "");
  EXPECT_EQ(fault_of(std::string(100'000, '\x0b')), "nests groups deeper than 32");
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
