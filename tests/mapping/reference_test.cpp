#include "mapping/reference.h"

#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "base/json.h"
#include "base/yaml.h"
#include "mapping/codecs/codec_kinds.h"
#include "mapping/expression.h"
#include "mapping/expression_functions.h"
#include "mapping/loader.h"
#include "mapping/sparkplug_source.h"
#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {
namespace {

void passes(std::string_view name, const Manual& manual) {
  SCOPED_TRACE(name);
  event::EventCatalog catalog;
  const auto set = load_text(manual.example, "example.yaml", catalog);
  ASSERT_TRUE(set) << set.error().at(0).text();
  const auto report = run_tests(**set, catalog);
  EXPECT_GE(report.passed + report.failures.size(), 1U);
  for (const auto& failure : report.failures) ADD_FAILURE() << failure.text;
}

void holds(std::string_view example) {
  const auto expression = Expression::compile(example, {});
  ASSERT_TRUE(expression) << example << ": " << expression.error().message;
  const Value record = Value::object();
  const auto result = expression->evaluate({.record = &record});
  ASSERT_TRUE(result) << example << ": " << result.error().message;
  EXPECT_EQ(*result, Value(true)) << example;
}

TEST(Reference, StepsDoWhatTheirExamplesSay) {
  for (const auto& kind : step_kinds()) passes(kind.name, kind.manual);
}

TEST(Reference, CodecsDoWhatTheirExamplesSay) {
  for (const auto& kind : codec_kinds()) passes(kind.name, kind.manual);
  for (const auto& kind : byte_codec_kinds()) passes(kind.name, kind.manual);
  passes("struct", struct_codec_manual);
  passes("sparkplug", sparkplug_manual);
}

TEST(Reference, OperatorsAndFunctionsDoWhatTheirExamplesSay) {
  for (const auto& entry : operator_entries()) holds(entry.example);
  for (const auto& function : all_functions()) holds(function.example);
}

TEST(Reference, TypesTakeAndRefuseWhatTheirExamplesSay) {
  for (const auto& entry : type_entries()) {
    SCOPED_TRACE(entry.example);
    const auto node = parse_yaml(entry.example, "example.yaml");
    ASSERT_TRUE(node);
    const auto type = parse_type(*node, "example.yaml", {});
    ASSERT_TRUE(type) << type.error().at(0).message;
    EXPECT_EQ((*type)->misfit(*parse_json(entry.fits)), std::nullopt);
    if (entry.misfits.empty()) continue;
    EXPECT_NE((*type)->misfit(*parse_json(entry.misfits)), std::nullopt);
  }
}

TEST(Reference, ThePageIsTheCommittedOne) {
  std::ifstream in(std::filesystem::path(SLUICE_SOURCE_DIR) / "mappings" / "REFERENCE.md");
  const std::string committed{std::istreambuf_iterator<char>(in), {}};
  EXPECT_TRUE(committed == reference_page()) << "print it anew: sluice reference > mappings/REFERENCE.md";
}

}  // namespace
}  // namespace sluice::mapping
