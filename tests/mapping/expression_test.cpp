#include "mapping/expression.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sluice::mapping {
namespace {

/// Evaluates over a record that is written as JSON; an error comes back as its message.
class ExpressionTest : public testing::Test {
 protected:
  std::string value(std::string_view text) {
    const auto expression = Expression::compile(text, scope);
    if (!expression) return "does not compile: " + expression.error().message;
    environment.record = &record;
    const auto result = expression->evaluate(environment);
    return result ? to_json(*result) : "error: " + result.error().message;
  }
  std::string condition(std::string_view text) {
    const auto expression = Expression::compile(text, scope);
    if (!expression) return "does not compile: " + expression.error().message;
    environment.record = &record;
    const auto result = expression->holds(environment);
    return result ? (*result ? "true" : "false") : "error: " + result.error().message;
  }
  std::string refused(std::string_view text) {
    const auto expression = Expression::compile(text, scope);
    return expression ? "compiles" : expression.error().message;
  }
  void given(std::string_view json) { record = parse_json(json).value(); }

  Value record = Value::object();
  Scope scope;
  Environment environment;
};

TEST_F(ExpressionTest, ReadsFieldsAndPaths) {
  given(R"({"raw_mm": 1050, "ENERGY": {"Power": [100, 50]}, "params": {"switch:0": {"apower": 5}}})");
  EXPECT_EQ(value("raw_mm"), "1050");
  EXPECT_EQ(value("ENERGY.Power[1]"), "50");
  EXPECT_EQ(value("params['switch:0'].apower"), "5");
  EXPECT_EQ(value("this['raw_mm']"), "1050");
}

TEST_F(ExpressionTest, WhatIsMissingIsNull) {
  given(R"({"a": 1, "list": [1]})");
  EXPECT_EQ(value("b"), "null");
  EXPECT_EQ(value("b.c[0].d"), "null");
  EXPECT_EQ(value("a.b"), "null");
  EXPECT_EQ(value("list[1]"), "null");
  EXPECT_EQ(value("list[-1]"), "null");
  EXPECT_EQ(value("list[0.5]"), "null");
  EXPECT_EQ(value("list['a']"), "null");
  EXPECT_EQ(value("a[0]"), "null");
}

TEST_F(ExpressionTest, ANumberIndexesAList) {
  given(R"({"cells": [10, 20, 30], "i": 1})");
  EXPECT_EQ(value("cells[i]"), "20");
  EXPECT_EQ(value("cells[4 / 2]"), "30");
}

TEST_F(ExpressionTest, ReadsAFieldOfEveryElement) {
  given(R"({"rows": [{"a": {"b": [1, 2]}}, {"a": 3}, {"a": {"b": [4]}}], "n": 5})");
  EXPECT_EQ(value("rows[*].a.b[0]"), "[1,null,4]");
  EXPECT_EQ(value("rows[*].a.b[*]"), "[[1,2],null,[4]]");
  EXPECT_EQ(value("sum(rows[*].a.b[0])"), "5");
  EXPECT_EQ(value("n[*].a"), "null");
  EXPECT_EQ(value("missing[*].a"), "null");
}

TEST_F(ExpressionTest, ConstantsWinOverFields) {
  given(R"({"desk": "b", "limit": 1})");
  const auto constants = Value::object({{"offset_mm", Value::object({{"a", -98}, {"b", -102}})}, {"limit", 7}});
  scope.constants = &constants;
  EXPECT_EQ(value("offset_mm[desk]"), "-102");
  EXPECT_EQ(value("limit"), "7");
}

TEST_F(ExpressionTest, ReadsTheMessage) {
  scope.message = true;
  const message::Message message{"desk/a/range", "{}", at_ms(1500), 1, true};
  const auto payload = Value::object({{"msg", 3}});
  environment.message = &message;
  environment.payload = &payload;
  EXPECT_EQ(value("[msg.topic, msg.time, msg.retain, msg.qos, msg.payload.msg]"), R"(["desk/a/range",1500,true,1,3])");
}

TEST_F(ExpressionTest, TheMessageIsReadWhereThereIsOne) {
  EXPECT_EQ(refused("msg.time"), "'msg' cannot be read here in 'msg.time'");
  scope.message = true;
  EXPECT_EQ(refused("msg"), "'msg' is read by its parts: msg.topic, .time, .retain, .qos or .payload in 'msg'");
  EXPECT_EQ(refused("msg.tpic"), "'msg.tpic' in 'msg.tpic' is not known - did you mean 'topic'?");
}

class OneLatest final : public LatestValues {
 public:
  const Value* find(event::TypeNumber type, const Value&) const override { return type == 4 ? &data : nullptr; }
  Value data = Value::object({{"height_cm", 95}});
};

TEST_F(ExpressionTest, ReadsTheLatestValueOfAnEvent) {
  const OneLatest latest;
  environment.latest = &latest;
  scope.event = [](std::string_view name) -> Expected<event::TypeNumber> {
    if (name == "height" || name == "desk.height") return 4U;
    if (name == "parts") return 5U;
    return unexpected("event '" + std::string(name) + "' is not declared");
  };
  EXPECT_EQ(value("latest.height.height_cm"), "95");
  EXPECT_EQ(value("latest.desk.height.height_cm"), "95");
  EXPECT_EQ(value("(latest.parts.n else 0) + 1"), "1");
  EXPECT_EQ(refused("latest.hight.x"), "event 'hight' is not declared");
}

TEST_F(ExpressionTest, NamesAreChecked) {
  scope.field = [](std::string_view name) -> Expected<void> {
    if (name == "raw_mm") return {};
    return unexpected("set.filtered reads '" + std::string(name) + "', which nothing provides");
  };
  EXPECT_EQ(refused("raw_mm + 1"), "compiles");
  EXPECT_EQ(refused("raw_mn + 1"), "set.filtered reads 'raw_mn', which nothing provides");
}

TEST_F(ExpressionTest, CountsAsIsUsual) {
  EXPECT_EQ(value("1 + 2 * 3 - 4"), "3");
  EXPECT_EQ(value("(1 + 2) * -3"), "-9");
  EXPECT_EQ(value("10 - 3 - 2"), "5");
  EXPECT_EQ(value("7 / 2"), "3.5");
  EXPECT_EQ(value("6 / 3"), "2");
  EXPECT_EQ(value("-7 % 3"), "-1");
  EXPECT_EQ(value("7.5 % 2"), "1.5");
  EXPECT_EQ(value("'a' + '/' + 'b'"), "\"a/b\"");
}

TEST_F(ExpressionTest, NullGoesThroughArithmetic) {
  for (const auto* text : {"x + 1", "1 - x", "x * x", "x / 0", "x % 2", "-x", "x + 'a'", "x + [1]"}) {
    EXPECT_EQ(value(text), "null") << text;
  }
}

TEST_F(ExpressionTest, RefusesWhatIsNoNumber) {
  given(R"({"high": "high", "yes": true, "o": {}})");
  EXPECT_EQ(value("high + 1"), "error: text 'high' in '+'");
  EXPECT_EQ(value("1 + high"), "error: text 'high' in '+'");
  EXPECT_EQ(value("high * 2"), "error: text 'high' in '*'");
  EXPECT_EQ(value("yes - 1"), "error: bool true in '-'");
  EXPECT_EQ(value("-o"), "error: object in '-'");
}

TEST_F(ExpressionTest, ErrsInsteadOfOverflowing) {
  EXPECT_EQ(value("9223372036854775807 + 1"), "error: 9223372036854775807 + 1 is beyond 64 bits");
  EXPECT_EQ(value("-9223372036854775807 - 2"), "error: -9223372036854775807 - 2 is beyond 64 bits");
  EXPECT_EQ(value("4294967296 * 4294967296"), "error: 4294967296 * 4294967296 is beyond 64 bits");
  EXPECT_EQ(value("1e300 * 1e300"), "error: 1e+300 * 1e+300 is beyond a double");
  EXPECT_EQ(value("(-9223372036854775807 - 1) % -1"), "0");
  EXPECT_EQ(value("1 / 0"), "error: division by zero");
  EXPECT_EQ(value("1 % 0.0"), "error: division by zero");
}

TEST_F(ExpressionTest, CountsElementByElement) {
  given(R"({"v": [3.3, null, 3.4125], "w": [1, 2, 3], "short": [1]})");
  EXPECT_EQ(value("round(v * 1000)"), "[3300,null,3413]");
  EXPECT_EQ(value("w + w"), "[2,4,6]");
  EXPECT_EQ(value("10 - w"), "[9,8,7]");
  EXPECT_EQ(value("-w"), "[-1,-2,-3]");
  EXPECT_EQ(value("w + short"), "error: lists of 3 and 1 elements in '+'");
  EXPECT_EQ(value("w + ['a', 1, 1]"), "error: text 'a' in '+'");
  EXPECT_EQ(value("[w] + 1"), "error: list in '+'");
  EXPECT_EQ(value("w + 'a'"), "error: text 'a' in '+'");
}

TEST_F(ExpressionTest, Compares) {
  EXPECT_EQ(value("[1 == 1.0, 1 == '1', null == x, [1] == [1], 1 != 2]"), "[true,false,true,true,true]");
  EXPECT_EQ(value("[1 < 2, 2 <= 2, 'a' < 'b', 2 > 1.5, 1 >= 2]"), "[true,true,true,true,false]");
  EXPECT_EQ(value("9007199254740993 > 9007199254740992.0"), "true");
  EXPECT_EQ(value("[x < 1, x >= x, 1 > x]"), "[false,false,false]");
  EXPECT_EQ(value("'a' < 1"), "error: text 'a' < int 1");
  EXPECT_EQ(value("true >= false"), "error: bool true >= bool false");
}

TEST_F(ExpressionTest, FindsIn) {
  given(R"({"state": "IDLE", "o": {"k": 1}, "n": null, "one": "IDLE"})");
  EXPECT_EQ(value("state in ['MOVING', 'IDLE']"), "true");
  EXPECT_EQ(value("2 in [1, 3]"), "false");
  EXPECT_EQ(value("'k' in o"), "true");
  EXPECT_EQ(value("1 in o"), "false");
  EXPECT_EQ(value("state in one"), "true");
  EXPECT_EQ(value("state in n"), "false");
  EXPECT_EQ(value("n in n"), "false");
  EXPECT_EQ(value("n in [null]"), "true");
}

TEST_F(ExpressionTest, JoinsConditions) {
  given(R"({"yes": true, "no": false, "n": null, "five": 5})");
  EXPECT_EQ(value("yes and not no or no"), "true");
  EXPECT_EQ(value("not n"), "true");
  EXPECT_EQ(value("not yes == no"), "true");
  EXPECT_EQ(value("n or no"), "false");
  EXPECT_EQ(value("no and five"), "false");
  EXPECT_EQ(value("yes or five"), "true");
  EXPECT_EQ(value("yes and five"), "error: int 5 as a condition: true or false expected");
  EXPECT_EQ(value("not five"), "error: int 5 as a condition: true or false expected");
}

TEST_F(ExpressionTest, HoldsAsACondition) {
  given(R"({"yes": true, "n": null, "text": "true"})");
  EXPECT_EQ(condition("yes"), "true");
  EXPECT_EQ(condition("n"), "false");
  EXPECT_EQ(condition("text"), "error: text 'true' as a condition: true or false expected");
}

TEST_F(ExpressionTest, Chooses) {
  given(R"({"state": "IDLE", "target_cm": 110, "n": null})");
  EXPECT_EQ(value("null if state == 'IDLE' else target_cm"), "null");
  EXPECT_EQ(value("1 if n else 2 if state == 'IDLE' else 3"), "2");
  EXPECT_EQ(value("n else 0"), "0");
  EXPECT_EQ(value("n else n else 3"), "3");
  EXPECT_EQ(value("n + 1 else 0"), "0");
  EXPECT_EQ(value("1 if target_cm else 2"), "error: int 110 as a condition: true or false expected");
}

TEST_F(ExpressionTest, TheBranchNotTakenDoesNotErr) {
  EXPECT_EQ(value("1 if true else 1 / 0"), "1");
  EXPECT_EQ(value("false and 1 / 0 == 1"), "false");
  EXPECT_EQ(value("2 else 1 / 0"), "2");
}

TEST_F(ExpressionTest, ReducesListsAndArguments) {
  given(R"({"v": [3, null, 1.5, 2], "none": [], "nulls": [null], "n": null})");
  EXPECT_EQ(value("[min(v), max(v), sum(v), count(v), len(v)]"), "[1.5,3,6.5,3,4]");
  EXPECT_EQ(value("mean(v)"), "2.1666666666666665");
  EXPECT_EQ(value("[min(4, 2, n), max(4, 2), sum(1, 2), mean(1, 2), count(n, 1)]"), "[2,4,3,1.5,1]");
  EXPECT_EQ(value("[first(v), last(v), first(7, 8), last(7, 8)]"), "[3,2,7,8]");
  EXPECT_EQ(value("[min(none), max(nulls), mean(none), median(nulls), first(none), last(n)]"),
            "[null,null,null,null,null,null]");
  EXPECT_EQ(value("[sum(none), sum(n), count(n), count(nulls)]"), "[0,0,0,0]");
  EXPECT_EQ(value("[sum(100), min(n), len(n)]"), "[100,null,null]");
  EXPECT_EQ(value("min(['a'])"), "error: text 'a' in 'min'");
  EXPECT_EQ(value("sum(9223372036854775807, 1)"), "error: 9223372036854775807 + 1 is beyond 64 bits");
}

TEST_F(ExpressionTest, TheMedianIsTheMiddle) {
  EXPECT_EQ(value("median([5, 1, 3])"), "3");
  EXPECT_EQ(value("median(4, 1, 3, 2)"), "2.5");
  EXPECT_EQ(value("median([null, 2])"), "2");
}

TEST_F(ExpressionTest, Rounds) {
  EXPECT_EQ(value("[round(2.5), round(-2.5), round(2.4), round(7)]"), "[3,-3,2,7]");
  EXPECT_EQ(value("[round(3.14159, 2), round(1234, -2), round(5, 2)]"), "[3.14,1200,5]");
  EXPECT_EQ(value("[floor(-1.5), ceil(-1.5), abs(-3), abs(2.5)]"), "[-2,-1,3,2.5]");
  EXPECT_EQ(value("[round(x), floor(x), abs(x), round(1.5, x)]"), "[null,null,null,null]");
  EXPECT_EQ(value("round('a')"), "error: text 'a' in 'round'");
  EXPECT_EQ(value("round(1e30)"), "error: 1e+30 in 'round' is beyond 64 bits");
  EXPECT_EQ(value("round(1.5, 99)"), "error: int 99 as digits of 'round': -15 to 15 expected");
}

TEST_F(ExpressionTest, Clamps) {
  EXPECT_EQ(value("[clamp(5, 0, 3), clamp(-1, 0, 3), clamp(2, 0, 3), clamp(x, 0, 3)]"), "[3,0,2,null]");
  EXPECT_EQ(value("clamp([1, 9], 2, 8)"), "[2,8]");
  EXPECT_EQ(value("clamp(1, 3, 0)"), "error: 'clamp' from 3 to 0");
  EXPECT_EQ(value("clamp(1, 'a', 3)"), "error: text 'a' in 'clamp'");
}

TEST_F(ExpressionTest, TurnsIntoTextsAndNumbers) {
  EXPECT_EQ(value("[text(21.5), text(true), text('a'), text([1]), text(x)]"), R"(["21.5","true","a","[1]",null])");
  EXPECT_EQ(value("[number('21.5'), number(' 7 '), number('007'), number('on'), number(true), number(3)]"),
            "[21.5,7,null,null,null,3]");
  EXPECT_EQ(value("[lower('ON'), lower(x)]"), R"(["on",null])");
  EXPECT_EQ(value("lower(3)"), "error: int 3 in 'lower'");
  EXPECT_EQ(value("[len('\u00e4\u20ac'), len({})]").substr(0, 17), "does not compile:");
  EXPECT_EQ(value("len('\u00e4\u20ac')"), "2");
}

TEST_F(ExpressionTest, TakesBitsApart) {
  EXPECT_EQ(value("bits(5, 4)"), "[true,false,true,false]");
  EXPECT_EQ(value("indices(bits(10, 64))"), "[1,3]");
  EXPECT_EQ(value("len(bits(-1, 64))"), "64");
  EXPECT_EQ(value("bits(x, 4)"), "null");
  EXPECT_EQ(value("bits(1, 65)"), "error: int 65 as the number of 'bits': 0 to 64 expected");
  EXPECT_EQ(value("bits(1.5, 4)"), "error: number 1.5 in 'bits'");
}

TEST_F(ExpressionTest, FindsWhatIsTrue) {
  given(R"({"bal": [false, true, null, true]})");
  EXPECT_EQ(value("indices(bal)"), "[1,3]");
  EXPECT_EQ(value("indices(missing)"), "[]");
  EXPECT_EQ(value("indices([1])"), "error: int 1 in 'indices'");
  EXPECT_EQ(value("[exists(bal), exists(missing), exists(bal[9])]"), "[true,false,false]");
}

TEST_F(ExpressionTest, ReadsTimes) {
  given(R"({"Time": "1970-01-01T01:30:00", "zone": "Europe/Berlin", "bad": "Mars/Base"})");
  EXPECT_EQ(value("time('1970-01-01T00:00:01Z')"), "1000");
  EXPECT_EQ(value("time(Time)"), "5400000");
  EXPECT_EQ(value("time(Time, 'Europe/Berlin')"), "1800000");
  EXPECT_EQ(value("time(Time, zone)"), "1800000");
  EXPECT_EQ(value("time(Time, missing)"), "5400000");
  EXPECT_EQ(value("[time('noon'), time(x), time(5)]"), "[null,null,null]");
  EXPECT_EQ(value("time(Time, bad)"), "error: time zone 'Mars/Base' is not known (write it like Europe/Berlin)");
  scope.zone = "Europe/Berlin";
  EXPECT_EQ(value("time(Time)"), "1800000");
}

TEST_F(ExpressionTest, AZoneWrittenOutIsCheckedWhenCompiled) {
  EXPECT_EQ(refused("time(Time, 'Europe/Berln')"),
            "time zone 'Europe/Berln' is not known (write it like Europe/Berlin) in 'time(Time, 'Europe/Berln')'");
}

TEST_F(ExpressionTest, WritesTextsInSingleQuotes) {
  EXPECT_EQ(value("'it''s'"), "\"it's\"");
  EXPECT_EQ(refused("\"a\""), "a text stands in single quotes in '\"a\"'");
  EXPECT_EQ(refused("'a"), "a text without its closing quote in ''a'");
}

TEST_F(ExpressionTest, NamesAreWordsOfAnyLanguage) {
  given(R"({"h\u00f6he": 7, "_x1": 8, "a": {"in": 9}})");
  EXPECT_EQ(value("h\u00f6he + _x1"), "15");
  EXPECT_EQ(value("a.in"), "9");
}

TEST_F(ExpressionTest, TellsWhatOtherLanguagesWriteOtherwise) {
  EXPECT_EQ(refused("a > 1 ? 2 : 3"),
            "use 'a if condition else b', or 'a else b' for a null default in 'a > 1 ? 2 : 3'");
  EXPECT_EQ(refused("a && b"), "use 'and' in 'a && b'");
  EXPECT_EQ(refused("a || b"), "use 'or' in 'a || b'");
  EXPECT_EQ(refused("!a"), "use 'not' in '!a'");
  EXPECT_EQ(refused("a = b"), "use '==' to compare in 'a = b'");
  EXPECT_EQ(refused("a === b"), "use '==' in 'a === b'");
  EXPECT_EQ(refused("1 < a < 3"), "write 'a < b and b < c' for two comparisons in '1 < a < 3'");
}

TEST_F(ExpressionTest, SaysWhatIsMissing) {
  EXPECT_EQ(refused("round(a"),
            "')' expected (in a { } map a comma ends the value: quote the expression) in 'round(a'");
  EXPECT_EQ(refused("a +"), "a value expected at the end in 'a +'");
  EXPECT_EQ(refused(""), "a value expected at the end in ''");
  EXPECT_EQ(refused("a b"), "an operator expected, not 'b' in 'a b'");
  EXPECT_EQ(refused("(a ]"), "')' expected, not ']' in '(a ]'");
  EXPECT_EQ(refused("1 if a"), "'else' expected at the end in '1 if a'");
  EXPECT_EQ(refused("a."), "a name expected at the end in 'a.'");
  EXPECT_EQ(refused("1.2.3"), "'1.2.3' is no number in '1.2.3'");
  EXPECT_EQ(refused("007"), "'007' is no number in '007'");
  EXPECT_EQ(refused("a # b"), "'#' means nothing in 'a # b'");
  EXPECT_EQ(refused("and"), "a value expected, not 'and' in 'and'");
}

TEST_F(ExpressionTest, ChecksCalls) {
  EXPECT_EQ(refused("rond(a)"), "unknown function 'rond' in 'rond(a)' - did you mean 'round'?");
  EXPECT_EQ(refused("round()"), "'round' takes 1 or 2 arguments, not 0, in 'round()'");
  EXPECT_EQ(refused("abs(1, 2)"), "'abs' takes 1 argument, not 2, in 'abs(1, 2)'");
}

TEST_F(ExpressionTest, BoundsTheDepth) {
  const auto repeated = [](std::size_t n, std::string_view part) {
    std::string text;
    while (n-- > 0) text += part;
    return text;
  };
  const auto too_deep = [&](const std::string& text) { return refused(text).starts_with("more than 64 levels in '"); };
  EXPECT_EQ(refused(repeated(20, "(") + "1" + repeated(20, ")")), "compiles");
  EXPECT_TRUE(too_deep(repeated(5000, "(") + "1" + repeated(5000, ")")));
  EXPECT_TRUE(too_deep(repeated(5000, "- ") + "1"));
  EXPECT_TRUE(too_deep(repeated(5000, "not ") + "a"));
  EXPECT_TRUE(too_deep("a" + repeated(5000, ".a")));
  EXPECT_TRUE(too_deep("a" + repeated(5000, "[*]")));
  EXPECT_TRUE(too_deep("1" + repeated(5000, " + 1")));
  EXPECT_TRUE(too_deep(repeated(5000, "1 else ") + "1"));
  EXPECT_TRUE(too_deep(repeated(5000, "abs(") + "1" + repeated(5000, ")")));
}

TEST_F(ExpressionTest, ABareFieldIsReadInPlace) {
  given(R"({"cells": [1, 2, 3]})");
  environment.record = &record;
  const auto expression = Expression::compile("cells", scope).value();
  Value scratch;
  EXPECT_EQ(expression.peek(environment, scratch).value(), record.find("cells"));
}

TEST_F(ExpressionTest, KnowsWhatItReads) {
  const auto expression = Expression::compile("b.c + a[b] + exists(this)", scope).value();
  EXPECT_EQ(expression.fields(), (std::vector<std::string>{"a", "b"}));
  EXPECT_TRUE(expression.reads_record());
  EXPECT_FALSE(Expression::compile("a", scope)->reads_record());
}

TEST_F(ExpressionTest, KnowsWhetherAListIsOnlyReduced) {
  const auto only = [&](std::string_view text) { return Expression::compile(text, scope)->only_reduces("values"); };
  EXPECT_TRUE(only("mean(values) + max(values)"));
  EXPECT_FALSE(only("median(values)"));
  EXPECT_FALSE(only("max(values, 3)"));
  EXPECT_FALSE(only("mean(values) + values[0]"));
  EXPECT_FALSE(only("other"));
}

TEST_F(ExpressionTest, NamesTheEndOfItsPath) {
  scope.message = true;
  const auto name = [&](std::string_view text) { return Expression::compile(text, scope)->last_name(); };
  EXPECT_EQ(name("a.b"), "b");
  EXPECT_EQ(name("x[i]"), "x");
  EXPECT_EQ(name("x['odd name']"), "x");
  EXPECT_EQ(name("msg.payload"), "payload");
  EXPECT_EQ(name("a + b"), "");
}

}  // namespace
}  // namespace sluice::mapping
