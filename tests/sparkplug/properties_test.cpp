#include <gtest/gtest.h>

#include "base/json.h"
#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {
namespace {

using Set = pb::Payload::PropertySet;

pb::Payload::PropertyValue& add(Set& set, const std::string& key, pb::DataType type) {
  set.add_keys(key);
  auto& value = *set.add_values();
  value.set_type(static_cast<std::uint32_t>(type));
  return value;
}

std::string read(const Set& set, const Limits& limits = {}) {
  const auto bytes = encoded(set);
  const auto value = read_properties(bytes, limits);
  return value ? to_json(*value) : value.error().message;
}

TEST(Properties, AreAnObject) {
  Set set;
  add(set, "low", pb::Int32).set_int_value(0xffffffff);
  add(set, "big", pb::UInt64).set_long_value(7);
  add(set, "ratio", pb::Float).set_float_value(0.5F);
  add(set, "scale", pb::Double).set_double_value(0.25);
  add(set, "on", pb::Boolean).set_boolean_value(true);
  add(set, "unit", pb::String).set_string_value("bar");
  add(set, "none", pb::String).set_is_null(true);
  EXPECT_EQ(read(set), R"({"low":-1,"big":7,"ratio":0.5,"scale":0.25,"on":true,"unit":"bar","none":null})");
}

TEST(Properties, MayHoldSetsAndListsOfSets) {
  Set set;
  add(*add(set, "alarm", pb::PropertySet).mutable_propertyset_value(), "high", pb::Int32).set_int_value(9);
  auto& list = *add(set, "levels", pb::PropertySetList).mutable_propertysets_value();
  add(*list.add_propertyset(), "a", pb::Int32).set_int_value(1);
  list.add_propertyset();
  EXPECT_EQ(read(set), R"({"alarm":{"high":9},"levels":[{"a":1},{}]})");
}

TEST(Properties, AreRefusedWhenKeysAndValuesDoNotPair) {
  Set set;
  set.add_keys("a");
  EXPECT_EQ(read(set), "property set has 1 keys and 0 values");
  add(set, "a", pb::Int32);
  set.add_values();
  EXPECT_EQ(read(set), "property 'a' is named twice");
}

TEST(Properties, AreRefusedWhenNestedDeeperThanTheBound) {
  Set set;
  auto* inner = &set;
  for (int i = 0; i < 3; ++i) inner = add(*inner, "x", pb::PropertySet).mutable_propertyset_value();
  EXPECT_EQ(read(set, {.depth = 4}), R"({"x":{"x":{"x":{}}}})");
  EXPECT_EQ(read(set, {.depth = 3}), "property set is deeper than 3");
}

TEST(Properties, AreRefusedWhenBroken) {
  EXPECT_EQ(read_properties("\x0a").error().message, "property set ends within a field");
  EXPECT_EQ(read_properties("\x12\x01\x08").error().message, "property set ends within a field");
  EXPECT_EQ(read_properties("\x0a\x01\xff").error().message, "property set has the key '\\xff', no UTF-8");
}

TEST(Metadata, IsAnObjectOfWhatItHas) {
  pb::Payload::MetaData metadata;
  metadata.set_is_multi_part(false);
  metadata.set_content_type("text/csv");
  metadata.set_size(12);
  metadata.set_seq(1);
  metadata.set_file_name("a.csv");
  metadata.set_file_type("csv");
  metadata.set_md5("d41d");
  metadata.set_description("all of it");
  EXPECT_EQ(read_metadata(encoded(metadata)), Value::object({{"is_multi_part", false},
                                                             {"content_type", "text/csv"},
                                                             {"size", 12},
                                                             {"seq", 1},
                                                             {"file_name", "a.csv"},
                                                             {"file_type", "csv"},
                                                             {"md5", "d41d"},
                                                             {"description", "all of it"}}));
  EXPECT_EQ(read_metadata(""), Value::object());
  EXPECT_FALSE(read_metadata("\x12\x05"));
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
