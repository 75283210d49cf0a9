#include "base/yaml.h"

#include <gtest/gtest.h>

namespace sluice {
namespace {

YamlNode read(std::string_view text) {
  auto node = parse_yaml(text, "t.yaml");
  EXPECT_TRUE(node) << (node ? "" : node.error()[0].text());
  return node ? std::move(*node) : YamlNode();
}

std::string error_of(std::string_view text) {
  const auto node = parse_yaml(text, "t.yaml");
  return node ? "read" : node.error()[0].text();
}

TEST(Yaml, KeepsOrderKindsAndPlaces) {
  const auto root = read("a: 1\nb:\n  - x\n  - [y]\n");
  ASSERT_TRUE(root.is_map());
  EXPECT_EQ(root.map_size(), 2U);
  EXPECT_EQ(root.children[0].text, "a");
  const auto* const b = root.find("b");
  ASSERT_TRUE(b && b->is_list());
  EXPECT_EQ(b->children[0].text, "x");
  EXPECT_EQ(where("t.yaml", b->children[1].children[0]), "t.yaml:4:6");
}

TEST(Yaml, TellsQuotedFromPlain) {
  const auto root = read("a: yes\nb: 'yes'\nc: \"5\"\nd: |\n  block\n");
  EXPECT_FALSE(root.find("a")->quoted);
  EXPECT_TRUE(root.find("b")->quoted);
  EXPECT_TRUE(root.find("c")->quoted);
  EXPECT_TRUE(root.find("d")->quoted);
  EXPECT_EQ(root.find("d")->text, "block\n");
}

TEST(Yaml, KnowsNull) {
  const auto root = read("a:\nb: ~\nc: null\nd: 'null'\ne: ''\n");
  EXPECT_TRUE(root.find("a")->is_null());
  EXPECT_TRUE(root.find("b")->is_null());
  EXPECT_TRUE(root.find("c")->is_null());
  EXPECT_TRUE(root.find("d")->is_scalar());
  EXPECT_TRUE(root.find("e")->is_scalar());
}

TEST(Yaml, LeavesNumbersAndSwitchesAsTheyAreWritten) {
  const auto root = read("[007, 1_000, 12:30, on, no, 1e3]");
  EXPECT_EQ(root.children[0].text, "007");
  EXPECT_EQ(root.children[2].text, "12:30");
  EXPECT_EQ(root.children[4].text, "no");
}

TEST(Yaml, AnEmptyFileIsNull) {
  EXPECT_TRUE(read("").is_null());
  EXPECT_TRUE(read("# only a comment\n").is_null());
  EXPECT_EQ(where("t.yaml", read("")), "t.yaml:1:1");
}

TEST(Yaml, SkipsAByteOrderMark) {
  EXPECT_EQ(where("t.yaml", read("\xEF\xBB\xBF"
                                 "a: 1\n")
                                .children[0]),
            "t.yaml:1:1");
}

TEST(Yaml, CopiesWhatAnAliasNames) {
  const auto root = read("a: &x {k: [1]}\nb: *x\n");
  EXPECT_EQ(root.find("b")->find("k")->children[0].text, "1");
  EXPECT_EQ(where("t.yaml", *root.find("b")), "t.yaml:2:4");
}

TEST(Yaml, RefusesDuplicateNames) {
  EXPECT_EQ(error_of("rules:\n  - topic: a\n    emit: x\n    topic: b\n"), "t.yaml:4:5: 'topic' is given twice");
}

TEST(Yaml, TellsAllDuplicates) {
  const auto node = parse_yaml("a: 1\na: 2\nb: {c: 1, c: 2}\n", "t.yaml");
  ASSERT_FALSE(node);
  EXPECT_EQ(node.error().size(), 2U);
  EXPECT_EQ(node.error()[1].text(), "t.yaml:3:11: 'c' is given twice");
}

TEST(Yaml, RefusesMergeKeys) {
  EXPECT_EQ(error_of("a: &x {k: 1}\nb: {<<: *x}\n"),
            "t.yaml:2:5: merge keys ('<<') are not read: repeat the fields, or name a type in types:");
}

TEST(Yaml, RefusesASecondDocument) {
  EXPECT_EQ(error_of("a: 1\n---\nb: 2\n"), "t.yaml:3:1: a second document: one file is one document");
  EXPECT_TRUE(parse_yaml("---\na: 1\n...\n", "t.yaml"));
}

TEST(Yaml, ReadsAnExclamationMarkAsATagAndSaysSo) {
  EXPECT_EQ(error_of("when: !ok\n"), "t.yaml:1:7: YAML reads '!' as a tag: write 'not ok'");
  EXPECT_EQ(error_of("when: !ok == 3\n"), "t.yaml:1:7: YAML reads '!' as a tag: write 'not ok == 3'");
  EXPECT_EQ(error_of("a: !!int 3\n"), "t.yaml:1:4: tag 'tag:yaml.org,2002:int' has no meaning here");
}

TEST(Yaml, RefusesAnAliasToAnOpenAnchor) {
  EXPECT_EQ(error_of("a: &x [1, *x]\n"), "t.yaml:1:11: an alias inside of what it names never ends");
}

TEST(Yaml, RefusesAnAliasToNothing) {
  EXPECT_EQ(error_of("a: *x\n").substr(0, 12), "t.yaml:1:4: ");
}

TEST(Yaml, BoundsWhatAliasesGrowTo) {
  std::string text = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n";
  for (int i = 1; i < 8; ++i) {
    const auto before = "*a" + std::to_string(i - 1);
    text += "a" + std::to_string(i) + ": &a" + std::to_string(i) + " [" + before;
    for (int j = 0; j < 9; ++j) text += ", " + before;
    text += "]\n";
  }
  EXPECT_NE(error_of(text).find("more than 200000 nodes"), std::string::npos);
}

TEST(Yaml, BoundsTheDepth) {
  const auto nested = [](std::size_t n) { return std::string(n, '[') + std::string(n, ']'); };
  EXPECT_TRUE(parse_yaml(nested(64), "t.yaml"));
  EXPECT_EQ(error_of(nested(65)), "t.yaml:1:65: nested deeper than 64 levels");
  EXPECT_FALSE(parse_yaml(nested(10'000), "t.yaml"));
}

TEST(Yaml, BoundsTheDepthThroughAliases) {
  const std::string deep = std::string(40, '[') + std::string(40, ']');
  EXPECT_NE(error_of("a: &x " + deep + "\nb: " + std::string(30, '[') + "*x" + std::string(30, ']') + "\n")
                .find("nested deeper than 64 levels"),
            std::string::npos);
}

TEST(Yaml, BoundsTheBytes) {
  EXPECT_EQ(error_of(std::string(5 << 20, '#')), "t.yaml: 5242880 bytes are too many: at most 4194304 are read");
}

TEST(Yaml, RefusesBytesThatAreNoText) {
  EXPECT_EQ(error_of("a: 1\nb: \xff\n"), "t.yaml:2:4: bad UTF-8");
  EXPECT_EQ(error_of(std::string_view("a: \0\n", 5)), "t.yaml:1:4: control character \\x00");
}

TEST(Yaml, RefusesNamesThatAreNoTexts) {
  EXPECT_EQ(error_of("{[a]: 1}\n"), "t.yaml:1:2: a name must be a text (to start a value with '{' or '[': quote it)");
  EXPECT_EQ(error_of("null: 1\n"), "t.yaml:1:1: a name is missing (null as a name: quote it)");
}

TEST(Yaml, ExplainsTheUsualSlips) {
  EXPECT_EQ(error_of("a: b ? c : d\n"), "t.yaml:1:10: not YAML: ': ' inside a plain value (quote the value)");
  EXPECT_EQ(error_of("a: {b: 1\n"), "t.yaml:2:1: not YAML: a '{' is not closed");
  EXPECT_EQ(error_of("- a: | null\n"),
            "t.yaml:1:8: not YAML: a value that starts with '|' or '>' is a block of text (quote the value)");
}

}  // namespace
}  // namespace sluice
