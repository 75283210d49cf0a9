#include <gtest/gtest.h>

#include "base/json.h"
#include "mapping/expression.h"

namespace sluice::mapping {
namespace {

class TemplateTest : public testing::Test {
 protected:
  Expected<Template, Errors> compile(std::string_view yaml) {
    return Template::compile(parse_yaml(yaml, "t.yaml").value(), "t.yaml", scope);
  }
  std::string made(std::string_view yaml) {
    const auto compiled = compile(yaml);
    if (!compiled) return compiled.error()[0].text();
    Environment environment;
    environment.record = &record;
    const auto value = compiled->evaluate(environment);
    return value ? to_json(*value) : "error: " + value.error().message;
  }

  Value record = Value::object({{"desk", "a"}, {"target_cm", 110}, {"cells", Value::list({1, 2})}});
  Scope scope;
};

TEST_F(TemplateTest, ATextThatStartsWithEqualsIsAnExpression) {
  EXPECT_EQ(made("=target_cm + 1"), "111");
  EXPECT_EQ(made("\"=round(target_cm, 1)\""), "110");
}

TEST_F(TemplateTest, ATextIsFilledIn) {
  EXPECT_EQ(made("Desk {desk} did not reach {target_cm} cm"), R"("Desk a did not reach 110 cm")");
  EXPECT_EQ(made("'{cells}{missing}.'"), R"("[1,2].")");
  EXPECT_EQ(made("\"{'}' + desk}\""), R"("}a")");
}

TEST_F(TemplateTest, DoubledBracesAreBraces) {
  EXPECT_EQ(made("'{{desk}} {{{desk}}}'"), R"("{desk} {a}")");
}

TEST_F(TemplateTest, LiteralsAreThemselves) {
  EXPECT_EQ(made("[1, 2.5, true, null, text, '5', 007, yes]"), R"([1,2.5,true,null,"text","5","007","yes"])");
  EXPECT_EQ(made(""), "null");
}

TEST_F(TemplateTest, ListsAndMapsHoldTemplates) {
  EXPECT_EQ(made("{id: 1, params: {\"on\": =target_cm > 100, list: [=desk, x]}}"),
            R"({"id":1,"params":{"on":true,"list":["a","x"]}})");
}

TEST_F(TemplateTest, ErrorsHavePlaces) {
  EXPECT_EQ(made("a: 1\nb: =round(a\n"),
            "t.yaml:2:4: ')' expected (in a { } map a comma ends the value: quote the expression) in '=round(a'");
  EXPECT_EQ(made("x: =a > 1 ? 2 :3"),
            "t.yaml:1:4: use 'a if condition else b', or 'a else b' for a null default in '=a > 1 ? 2 :3'");
  EXPECT_EQ(made("'Desk {desk'"), "t.yaml:1:1: '{' without '}' (write '{{' for a brace) in 'Desk {desk'");
  EXPECT_EQ(made("'Desk desk}'"), "t.yaml:1:1: '}' without '{' (write '}}' for a brace) in 'Desk desk}'");
  EXPECT_EQ(made("'{a b}'"), "t.yaml:1:1: an operator expected, not 'b' in '{a b}'");
}

TEST_F(TemplateTest, AllErrorsAreTold) {
  const auto compiled = compile("[=a +, =b +]");
  ASSERT_FALSE(compiled);
  EXPECT_EQ(compiled.error().size(), 2U);
}

TEST_F(TemplateTest, AnErrorInAnyPartIsOne) {
  EXPECT_EQ(made("{a: [=desk * 2]}"), "error: text 'a' in '*'");
  EXPECT_EQ(made("x {desk * 2}"), "error: text 'a' in '*'");
}

TEST_F(TemplateTest, KnowsWhatItReads) {
  const auto compiled = compile("{b: =desk, a: ['{target_cm}', =max(cells)]}");
  EXPECT_EQ(compiled->fields(), (std::vector<std::string>{"cells", "desk", "target_cm"}));
  EXPECT_TRUE(compiled->only_reduces("cells"));
  EXPECT_FALSE(compiled->only_reduces("desk"));
  EXPECT_FALSE(compiled->reads_record());
}

TEST(Literal, ReadsJsonNumbersOnly) {
  const auto read = [](std::string_view yaml) { return to_json(literal(parse_yaml(yaml, "t.yaml").value())); };
  EXPECT_EQ(read("[1_000, '1', 12:30, 1e3, -0.5, .5, ~, 9223372036854775808]"),
            R"(["1_000","1","12:30",1000,-0.5,".5",null,9223372036854775808])");
  EXPECT_EQ(read("{a: -98, b: [x]}"), R"({"a":-98,"b":["x"]})");
}

}  // namespace
}  // namespace sluice::mapping
