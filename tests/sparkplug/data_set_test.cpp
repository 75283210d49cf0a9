#include <gtest/gtest.h>

#include "base/json.h"
#include "sparkplug/encode.h"

namespace sluice::mapping::sparkplug {
namespace {

using Set = pb::Payload::DataSet;

/// Columns `id` (Int16) and `name` (String), without rows.
Set id_and_name() {
  Set set;
  set.set_num_of_columns(2);
  set.add_columns("id");
  set.add_columns("name");
  set.add_types(pb::Int16);
  set.add_types(pb::String);
  return set;
}

void add_row(Set& set, std::uint32_t id, const std::string& name) {
  auto& row = *set.add_rows();
  row.add_elements()->set_int_value(id);
  row.add_elements()->set_string_value(name);
}

std::string read(const Set& set, const Limits& limits = {}) {
  auto metric = metric_of(pb::DataSet);
  *metric.mutable_dataset_value() = set;
  const auto value = value_of(metric, limits);
  return value ? to_json(*value) : value.error().message;
}

TEST(DataSet, IsAListOfItsRows) {
  auto set = id_and_name();
  add_row(set, 1, "pump");
  add_row(set, 0xffff, "valve");
  EXPECT_EQ(read(set), R"([{"id":1,"name":"pump"},{"id":-1,"name":"valve"}])");
}

TEST(DataSet, MayBeEmpty) {
  EXPECT_EQ(read(id_and_name()), "[]");
  EXPECT_EQ(read({}), "[]");
}

TEST(DataSet, ReadsAnElementWithoutAValueAsNull) {
  auto set = id_and_name();
  auto& row = *set.add_rows();
  row.add_elements();
  row.add_elements();
  EXPECT_EQ(read(set), R"([{"id":null,"name":null}])");
}

TEST(DataSet, ReadsTypesThatArePacked) {
  auto set = id_and_name();
  set.clear_types();
  add_row(set, 5, "x");
  pb::Payload payload;
  auto& metric = *payload.add_metrics();
  metric.set_datatype(pb::DataSet);
  const auto bytes = encoded(set) + "\x1a\x02\x02\x0c";
  EXPECT_EQ(read_value({.kind = WireValue::Kind::data_set, .bytes = bytes}, Datatype::data_set),
            Value::list({Value::object({{"id", 5}, {"name", "x"}})}));
}

TEST(DataSet, RefusesRowsOfAnotherLength) {
  auto set = id_and_name();
  set.add_rows()->add_elements()->set_int_value(1);
  EXPECT_EQ(read(set), "DataSet row has 1 elements, 2 columns expected");
  add_row(*(set = id_and_name(), &set), 1, "x");
  set.mutable_rows(0)->add_elements();
  EXPECT_EQ(read(set), "DataSet row has more elements than there are columns");
}

TEST(DataSet, RefusesColumnsThatDoNotPair) {
  auto set = id_and_name();
  set.add_types(pb::Int8);
  EXPECT_EQ(read(set), "DataSet names 2 columns, gives 3 types and counts 2");
  set = id_and_name();
  set.set_num_of_columns(9);
  EXPECT_EQ(read(set), "DataSet names 2 columns, gives 2 types and counts 9");
  set = id_and_name();
  set.set_columns(1, "id");
  EXPECT_EQ(read(set), "DataSet column 'id' is named twice");
  set.set_columns(1, "\xff");
  EXPECT_EQ(read(set), "DataSet column '\\xff' is no UTF-8");
}

TEST(DataSet, SaysWhichColumnIsWrong) {
  auto set = id_and_name();
  add_row(set, 70000, "x");
  EXPECT_EQ(read(set), "DataSet column 'id': 70000 is out of the range of Int16");
}

TEST(DataSet, HoldsNoMoreThanTheBound) {
  Set set;
  set.add_columns(std::string(1000, 'x'));
  set.add_types(pb::Int8);
  for (int i = 0; i < 100; ++i) set.add_rows()->add_elements();
  EXPECT_EQ(read(set, {.value_bytes = 10'000}), "DataSet of 100 rows is above the bound");
  EXPECT_NE(read(set), "DataSet of 100 rows is above the bound");
}

}  // namespace
}  // namespace sluice::mapping::sparkplug
