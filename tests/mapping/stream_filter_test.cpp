#include "mapping/stream_filter.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sluice::mapping {
namespace {

Value json(std::string_view text) {
  return parse_json(text).value();
}

class StreamFilterTest : public testing::Test {
 protected:
  Expected<std::shared_ptr<const event::StreamFilter>, Errors> compile(std::string_view when) {
    YamlNode node;
    node.kind = YamlNode::Kind::scalar;
    node.text = std::string(when);
    node.line = 3;
    node.column = 7;
    return compile_stream_filter(node, "t.yaml", constants, types);
  }
  /// The filter of the first type, for that query.
  std::unique_ptr<event::EventFilter> filter(std::string_view when, std::string_view query = "{}") {
    return compile(when).value()->fold(types[0].number, json(query));
  }
  /// What an index gets: `a in ["x"] and ...`, `always`, `never`; "+ rest" where something is left to evaluate.
  std::string index_of(std::string_view when, std::string_view query = "{}") {
    const auto folded = filter(when, query);
    if (folded->never()) return "never";
    std::string text;
    for (const auto& [name, values] : folded->key_tests()) {
      text += (text.empty() ? "" : " and ") + name + " in " + to_json(Value(values));
    }
    if (!folded->key_only()) return text.empty() ? "rest" : text + " + rest";
    return text.empty() ? "always" : text;
  }
  std::string refused(std::string_view when) {
    const auto compiled = compile(when);
    return compiled ? "compiles" : compiled.error()[0].text();
  }

  Value constants = json(R"({"watched": ["a", "b"]})");
  std::vector<FilterType> types{{1, "data", {"site", "tag", "interval"}, nullptr}, {2, "error", {"site"}, nullptr}};
};

TEST_F(StreamFilterTest, OnlyParametersThatItReadsMakeADifference) {
  const auto by_site = compile("query.site == null or site in query.site").value();
  EXPECT_TRUE(by_site->reads_query("site"));
  EXPECT_FALSE(by_site->reads_query("utm_source"));
  EXPECT_TRUE(compile("query['site'] == site").value()->reads_query("site"));
}

TEST_F(StreamFilterTest, AnAbsentParameterFoldsToEverything) {
  EXPECT_EQ(index_of("query.site == null or site in query.site", R"({"site": null})"), "always");
  EXPECT_EQ(index_of("query.site == null or site in query.site"), "always");
}

TEST_F(StreamFilterTest, AGivenParameterFoldsToAKeyTest) {
  EXPECT_EQ(index_of("query.site == null or site in query.site", R"({"site": ["a", "b", "a"]})"),
            R"(site in ["a","b"])");
}

TEST_F(StreamFilterTest, TheScadaFilterIsTwoKeyTests) {
  const auto* const when =
      "event == 'error' or ((query.tags == null or tag in query.tags) and interval == (query.interval else 'raw'))";
  EXPECT_EQ(index_of(when), R"(interval in ["raw"])");
  EXPECT_EQ(index_of(when, R"({"tags": ["t"], "interval": "hour"})"), R"(tag in ["t"] and interval in ["hour"])");
  const auto errors = compile(when).value()->fold(2, json(R"({"tags": ["t"]})"));
  EXPECT_TRUE(errors->key_only() && errors->key_tests().empty() && !errors->never());
}

TEST_F(StreamFilterTest, KnowsTheFormsOfAKeyTest) {
  EXPECT_EQ(index_of("site == 'a'"), R"(site in ["a"])");
  EXPECT_EQ(index_of("'a' == site"), R"(site in ["a"])");
  EXPECT_EQ(index_of("site == null"), R"(site in [null])");
  EXPECT_EQ(index_of("site in 'a'"), R"(site in ["a"])");
  EXPECT_EQ(index_of("site in watched"), R"(site in ["a","b"])");
  EXPECT_EQ(index_of("site == null or site in ['a']"), R"(site in [null,"a"])");
  EXPECT_EQ(index_of("site == 'a' and site == 'b'"), R"(site in ["a"] and site in ["b"])");
}

TEST_F(StreamFilterTest, LeavesTheRestToEvaluation) {
  EXPECT_EQ(index_of("site == 'a' and value > 3"), R"(site in ["a"] + rest)");
  EXPECT_EQ(index_of("site == 'a' or tag == 'b'"), "rest");
  EXPECT_EQ(index_of("not (site == 'a')"), "rest");
  EXPECT_EQ(index_of("value == 3"), "rest");
  EXPECT_EQ(index_of("site == tag"), "rest");
}

TEST_F(StreamFilterTest, KnowsWhatCanNeverMatch) {
  EXPECT_EQ(index_of("event == 'error'"), "never");
  EXPECT_EQ(index_of("site in query.site"), "never");
  EXPECT_EQ(index_of("site in query.site", R"({"site": []})"), "never");
  EXPECT_EQ(index_of("site == 'a' and event == 'error'"), "never");
  EXPECT_EQ(index_of("null"), "never");
  EXPECT_EQ(index_of("3"), "never");
}

TEST_F(StreamFilterTest, MatchesByKeyAndFields) {
  const auto folded = filter("site in query.site and value > 3", R"({"site": ["a"]})");
  EXPECT_TRUE(folded->matches(json(R"({"site":"a"})"), json(R"({"value":4})")));
  EXPECT_FALSE(folded->matches(json(R"({"site":"b"})"), json(R"({"value":4})")));
  EXPECT_FALSE(folded->matches(json(R"({"site":"a"})"), json(R"({"value":3})")));
}

TEST_F(StreamFilterTest, KeyFieldsHideFields) {
  EXPECT_TRUE(filter("site == 'a'")->matches(json(R"({"site":"a"})"), json(R"({"site":"b"})")));
}

TEST_F(StreamFilterTest, AnErrorIsNoMatchAndCounted) {
  const auto compiled = compile("value > 3 or site == 'a'").value();
  const auto folded = compiled->fold(1, Value());
  EXPECT_FALSE(folded->matches(json(R"({"site":"a"})"), json(R"({"value":"high"})")));
  EXPECT_EQ(compiled->errors(), 1U);
}

TEST_F(StreamFilterTest, AFoldKeepsErrors) {
  EXPECT_FALSE(filter("(value and 3) or true")->matches(Value(), json(R"({"value":true})")));
  EXPECT_FALSE(filter("not (value > 3 and false)")->matches(Value(), json(R"({"value":"x"})")));
}

TEST_F(StreamFilterTest, KnowsOfWhichTypesItReadsFields) {
  const auto compiled = compile("event == 'error' or (tag in query.tags and value > 3)").value();
  EXPECT_TRUE(compiled->reads_fields(1));
  EXPECT_FALSE(compiled->reads_fields(2));
  EXPECT_FALSE(compile("tag == 'a'").value()->reads_fields(1));
  EXPECT_TRUE(compile("exists(this)").value()->reads_fields(1));
}

TEST_F(StreamFilterTest, QueryAndEventHideFields) {
  EXPECT_FALSE(filter("event == 'data'")->never());
  EXPECT_TRUE(filter("event == 'data'")->matches(Value(), json(R"({"event":"other"})")));
}

TEST_F(StreamFilterTest, ReadsNeitherMessageNorLatest) {
  EXPECT_EQ(refused("msg.time > 0"), "t.yaml:3:7: 'msg' cannot be read here in 'msg.time > 0'");
  EXPECT_EQ(refused("latest.x.y == 1"), "t.yaml:3:7: 'latest' cannot be read here in 'latest.x.y == 1'");
}

TEST_F(StreamFilterTest, ChecksNamesWhenAllTypesAreKnown) {
  EXPECT_EQ(refused("anything == 1"), "compiles");
  YamlNode yaml = parse_yaml("{value: number, quality: text}", "t.yaml").value();
  const auto type = parse_type(yaml, "t.yaml", {}).value();
  types[0].type = types[1].type = type.get();
  EXPECT_EQ(refused("value > 3 and tag == 'a' and 'a' in watched"), "compiles");
  EXPECT_EQ(refused("valeu > 3"),
            "t.yaml:3:7: when reads 'valeu', which no event of the stream has - did you mean 'value'?");
}

TEST(QueryNames, AreThoseThatTheFilterReads) {
  const auto node =
      parse_yaml("event == 'e' or (query.tags == null or tag in query['tags'] and query.a.b == x)", "t").value();
  EXPECT_EQ(query_names(node), (std::vector<std::string>{"a", "tags"}));
  EXPECT_TRUE(query_names(parse_yaml("query. +", "t").value()).empty());
}

}  // namespace
}  // namespace sluice::mapping
