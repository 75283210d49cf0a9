#include "mapping/query_reader.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sluice::mapping {
namespace {

using Parameters = std::vector<std::pair<std::string, std::string>>;

class QueryReaderTest : public testing::Test {
 protected:
  Expected<std::shared_ptr<const event::QueryReader>, Errors> compile(std::string_view yaml) {
    return compile_query(parse_yaml(yaml, "t.yaml").value(), "t.yaml", names, undeclared);
  }
  std::string read(const Parameters& parameters) {
    const auto value = compile(query).value()->read(parameters);
    return value ? to_json(*value) : value.error().message;
  }

  std::string query = "{tags: [text], interval: raw | minute | hour}";
  NamedTypes names = parse_types(parse_yaml("{status: NEW | DONE}", "t.yaml").value(), "t.yaml").value();
  std::vector<std::string> undeclared;
};

TEST_F(QueryReaderTest, WhatIsAbsentIsNull) {
  EXPECT_EQ(read({}), R"({"tags":null,"interval":null})");
  EXPECT_EQ(read({{"other", "1"}}), R"({"tags":null,"interval":null})");
}

TEST_F(QueryReaderTest, AListHasThreeForms) {
  const auto* const both = R"({"tags":["a","b"],"interval":null})";
  EXPECT_EQ(read({{"tags[]", "a"}, {"tags[]", "b"}}), both);
  EXPECT_EQ(read({{"tags", "a"}, {"tags", "b"}}), both);
  EXPECT_EQ(read({{"tags", "a,b"}}), both);
  EXPECT_EQ(read({{"tags", "a"}}), R"({"tags":["a"],"interval":null})");
  EXPECT_EQ(read({{"tags", ""}}), R"({"tags":[],"interval":null})");
}

TEST_F(QueryReaderTest, NamesTheAllowedValues) {
  EXPECT_EQ(read({{"interval", "day"}}), "parameter 'interval': text 'day', expected raw, minute or hour");
  query = "{status: [status]}";
  EXPECT_EQ(read({{"status", "NEW,OLD"}}), "parameter 'status': text 'OLD', expected NEW or DONE");
  EXPECT_EQ(read({{"status", "NEW,DONE"}}), R"({"status":["NEW","DONE"]})");
}

TEST_F(QueryReaderTest, ReadsNumbersAndSwitches) {
  query = "{n: int 1..5, x: number, on: bool}";
  EXPECT_EQ(read({{"n", "3"}, {"x", "1.5"}, {"on", "true"}}), R"({"n":3,"x":1.5,"on":true})");
  EXPECT_EQ(read({{"n", "9"}}), "parameter 'n': 9 is above 5");
  EXPECT_EQ(read({{"n", "x"}}), "parameter 'n': text 'x', int expected");
  EXPECT_EQ(read({{"on", "1"}}), "parameter 'on': text '1', bool expected");
}

TEST_F(QueryReaderTest, OneValueIsOne) {
  EXPECT_EQ(read({{"interval", "raw"}, {"interval", "hour"}}), "parameter 'interval' takes one value, not 2");
}

TEST_F(QueryReaderTest, ReadsUndeclaredOnesThatTheFilterReads) {
  query = "";
  undeclared = {"desk"};
  EXPECT_EQ(read({}), R"({"desk":null})");
  EXPECT_EQ(read({{"desk", "a"}, {"_", "17"}}), R"({"desk":"a"})");
  EXPECT_EQ(read({{"desk", "a,b"}}), R"({"desk":["a","b"]})");
  EXPECT_EQ(read({{"desk[]", "a"}}), R"({"desk":["a"]})");
}

TEST_F(QueryReaderTest, BoundsAndChecksWhatIsSent) {
  EXPECT_EQ(read({{"tags", std::string(1000, ',')}}), "parameter 'tags' has more than 1000 values");
  EXPECT_EQ(read({{"tags", "\xff"}}), "parameter 'tags' is no UTF-8");
  undeclared = {"desk"};
  EXPECT_EQ(read({{"desk", "\xff"}}), "parameter 'desk' is no UTF-8");
}

TEST_F(QueryReaderTest, TellsAllThatIsWrongInTheFile) {
  const auto compiled = compile("{a: nope, b: {c: int}, d: [[int]]}");
  ASSERT_FALSE(compiled);
  ASSERT_EQ(compiled.error().size(), 3U);
  EXPECT_EQ(compiled.error()[1].text(),
            "t.yaml:1:14: parameter 'b' must be a text, int, number, bool, enumeration or a list of these");
  EXPECT_EQ(compile("[a]").error()[0].text(), "t.yaml:1:1: query: is a map of parameter names and types");
}

}  // namespace
}  // namespace sluice::mapping
