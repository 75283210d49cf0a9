#include "mapping/type.h"

#include <gtest/gtest.h>

#include "base/json.h"

namespace sluice::mapping {
namespace {

YamlNode yaml(std::string_view text) {
  return parse_yaml(text, "t.yaml").value();
}

TypePtr type(std::string_view notation, const NamedTypes& names = {}) {
  const auto parsed = parse_type(yaml(notation), "t.yaml", names);
  EXPECT_TRUE(parsed) << parsed.error()[0].text();
  return parsed ? *parsed : std::make_shared<const Type>();
}

std::string refused(std::string_view notation, const NamedTypes& names = {}) {
  const auto parsed = parse_type(yaml(notation), "t.yaml", names);
  return parsed ? "read" : parsed.error()[0].text();
}

std::string misfit(std::string_view notation, std::string_view json, bool open = false) {
  return type(notation)->misfit(parse_json(json).value(), open).value_or("fits");
}

TEST(TypeNotation, ReadsTheWholeForm) {
  const auto height = type("optional int 0..200 cm | null -- Calculated -- desk height");
  EXPECT_EQ(height->kind, Type::Kind::integer);
  EXPECT_TRUE(height->optional);
  EXPECT_TRUE(height->nullable);
  EXPECT_EQ(height->low, 0);
  EXPECT_EQ(height->high, 200);
  EXPECT_EQ(height->unit, "cm");
  EXPECT_EQ(height->description, "Calculated -- desk height");
}

TEST(TypeNotation, LeavesAllButTheNameOut) {
  const auto plain = type("number");
  EXPECT_EQ(plain->kind, Type::Kind::number);
  EXPECT_FALSE(plain->optional || plain->nullable || plain->low || plain->high);
  EXPECT_EQ(plain->unit, "");
}

TEST(TypeNotation, ReadsHalfOpenRangesAndUnitsAlone) {
  EXPECT_EQ(type("number 0.. USD")->low, 0);
  EXPECT_EQ(type("number 0.. USD")->high, std::nullopt);
  EXPECT_EQ(type("number ..-0.5")->high, -0.5);
  EXPECT_EQ(type("number \u00b0C")->unit, "\u00b0C");
  EXPECT_EQ(type("optional int 0..100 %")->unit, "%");
}

TEST(TypeNotation, ReadsEnumerations) {
  const auto status = type("optional good | stale | null -- said by Sparkplug");
  EXPECT_EQ(status->kind, Type::Kind::enumeration);
  EXPECT_EQ(status->texts, (std::vector<std::string>{"good", "stale"}));
  EXPECT_TRUE(status->nullable);
  EXPECT_TRUE(status->optional);
}

TEST(TypeNotation, ReadsListsAndRecords) {
  const auto cells = type("{cells: [number 0..5000 mV | null], pack: text}");
  ASSERT_EQ(cells->fields.size(), 2U);
  EXPECT_EQ(cells->fields[0].type->kind, Type::Kind::list);
  EXPECT_TRUE(cells->fields[0].type->element->nullable);
  EXPECT_EQ(cells->find("pack")->type->kind, Type::Kind::text);
  EXPECT_EQ(cells->find("other"), nullptr);
}

TEST(TypeNotation, TakesNamedTypesFurther) {
  const auto names = parse_types(yaml("{state: IDLE | MOVING, percent: int 0..100 %}"), "t.yaml").value();
  EXPECT_TRUE(type("state | null", names)->nullable);
  EXPECT_FALSE(names.at("state")->nullable);
  EXPECT_EQ(type("optional state", names)->texts.size(), 2U);
  EXPECT_EQ(type("percent ..50", names)->high, 50);
}

TEST(TypeNotation, SaysWhatIsWrong) {
  EXPECT_EQ(refused("nmber"), "t.yaml:1:1: unknown type 'nmber' - did you mean 'number'?");
  EXPECT_EQ(refused("{a: int cm extra}"),
            "t.yaml:1:5: 'extra' is one word too many: a unit is one word, a description follows ' -- '");
  EXPECT_EQ(refused("int 200"), "t.yaml:1:1: '200' is no unit (a range is written 0..200)");
  EXPECT_EQ(refused("int 5..1"), "t.yaml:1:1: range '5..1' is empty");
  EXPECT_EQ(refused("int a..1"), "t.yaml:1:1: 'a' is no number in 'a..1'");
  EXPECT_EQ(refused("int cm 0..1"), "t.yaml:1:1: the range '0..1' stands right after the type");
  EXPECT_EQ(refused("bool 0..1"), "t.yaml:1:1: a range ('0..1') belongs to int, number or text");
  EXPECT_EQ(refused("int optional"), "t.yaml:1:1: 'optional' stands before the type");
  EXPECT_EQ(refused("text | number"),
            "t.yaml:1:1: 'text' is a type, no value of an enumeration (one type, or '| null')");
  EXPECT_EQ(refused("a | b | a"), "t.yaml:1:1: 'a' is given twice");
  EXPECT_EQ(refused("a b | c"), "t.yaml:1:1: 'a b' is more than one word: no value of an enumeration");
  EXPECT_EQ(refused("a | | b"), "t.yaml:1:1: a value is missing beside '|'");
  EXPECT_EQ(refused("[int, text]"), "t.yaml:1:1: a list's type is written [type], with one type in it, not 2");
  EXPECT_EQ(refused("[optional int]"), "t.yaml:1:2: an element cannot be optional: write '| null'");
  EXPECT_EQ(refused("{a: }"),
            "t.yaml:1:5: a type is missing: any, text, int, number, bool, object or a name from types:");
}

TEST(TypeNotation, TellsAllThatIsWrong) {
  EXPECT_EQ(parse_type(yaml("{a: x, b: [y], c: int}"), "t.yaml", {}).error().size(), 2U);
}

TEST(Types, ReferToEachOtherInAnyOrder) {
  const auto names =
      parse_types(yaml("{order: {status: status, lines: [line]}, line: {n: int}, status: NEW | DONE}"), "t");
  ASSERT_TRUE(names);
  EXPECT_EQ(names->at("order")->fields[1].type->element->fields[0].name, "n");
}

TEST(Types, NeverReferInACircle) {
  const auto names = parse_types(yaml("{a: {b: b}, b: [c], c: a}"), "t.yaml");
  ASSERT_FALSE(names);
  ASSERT_EQ(names.error().size(), 1U);
  EXPECT_EQ(names.error()[0].text(), "t.yaml:1:24: types may not refer to each other in a circle: a -> b -> c -> a");
}

TEST(Types, KeepTheLanguagesOwnNames) {
  EXPECT_EQ(parse_types(yaml("{int: text}"), "t.yaml").error()[0].text(),
            "t.yaml:1:2: 'int' is the language's own, choose another");
  EXPECT_EQ(parse_types(yaml("[a]"), "t.yaml").error()[0].text(), "t.yaml:1:1: types: is a map of names and types");
  EXPECT_TRUE(parse_types(yaml(""), "t.yaml")->empty());
}

TEST(Types, AreErrorsOnceEach) {
  const auto names = parse_types(yaml("{a: nope, b: a, c: [a]}"), "t.yaml");
  ASSERT_FALSE(names);
  EXPECT_EQ(names.error().size(), 1U);
}

TEST(Misfit, OfNumbers) {
  EXPECT_EQ(misfit("int", "95.0"), "fits");
  EXPECT_EQ(misfit("int", "95.5"), "95.5 is not whole, int expected");
  EXPECT_EQ(misfit("int", "1e300"), "1e+300 is not whole, int expected");
  EXPECT_EQ(misfit("int", "\"high\""), "text 'high', int expected");
  EXPECT_EQ(misfit("number 0..200", "200"), "fits");
  EXPECT_EQ(misfit("number 0..200", "200.5"), "200.5 is above 200");
  EXPECT_EQ(misfit("number 0.5..", "0"), "0 is below 0.5");
  EXPECT_EQ(misfit("number", "true"), "bool true, number expected");
}

TEST(Misfit, OfTextsCountsCharacters) {
  EXPECT_EQ(misfit("text 1..2", "\"\u20ac\u20ac\""), "fits");
  EXPECT_EQ(misfit("text 1..2", "\"abc\""), "text 'abc' has 3 characters, at most 2 expected");
  EXPECT_EQ(misfit("text 1..2", "\"\""), "text '' has 0 characters, at least 1 expected");
  EXPECT_EQ(misfit("text", "5"), "int 5, text expected");
}

TEST(Misfit, OfEnumerations) {
  EXPECT_EQ(misfit("raw | minute | hour", "\"minute\""), "fits");
  EXPECT_EQ(misfit("raw | minute | hour", "\"day\""), "text 'day', expected raw, minute or hour");
  EXPECT_EQ(misfit("raw | minute", "1"), "int 1, expected raw or minute");
}

TEST(Misfit, OfNull) {
  EXPECT_EQ(misfit("int | null", "null"), "fits");
  EXPECT_EQ(misfit("any", "null"), "fits");
  EXPECT_EQ(misfit("int", "null"), "null, int expected");
  EXPECT_EQ(misfit("{a: optional int}", R"({"a":null})"), "a: null, int expected");
}

TEST(Misfit, OfRecordsNamesThePlace) {
  EXPECT_EQ(misfit("{a: int, b: bool}", R"({"b":true,"a":1})"), "fits");
  EXPECT_EQ(misfit("{a: int}", "{}"), "a: missing");
  EXPECT_EQ(misfit("{a: optional int}", "{}"), "fits");
  EXPECT_EQ(misfit("{a: {b: [int]}}", R"({"a":{"b":[1,"x"]}})"), "a.b[1]: text 'x', int expected");
  EXPECT_EQ(misfit("{a: int}", "3"), "int 3, object expected");
  EXPECT_EQ(misfit("[int]", "{}"), "object, list expected");
  EXPECT_EQ(misfit("object", "{\"x\":1}"), "fits");
  EXPECT_EQ(misfit("object", "[]"), "list, object expected");
}

TEST(Misfit, ClosedTypesHoldNothingElse) {
  EXPECT_EQ(misfit("{a: {b: int}}", R"({"a":{"b":1,"c":2}})"), "a.c: not declared");
  EXPECT_EQ(misfit("{a: {b: int}}", R"({"a":{"b":1,"c":2},"d":3})", true), "fits");
}

}  // namespace
}  // namespace sluice::mapping
