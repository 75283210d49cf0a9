#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>

#include "mapping/loader.h"

namespace sluice::mapping {
namespace {

/// The YAML examples of the guide for users.
std::vector<std::string> examples() {
  std::ifstream in(std::filesystem::path(SLUICE_SOURCE_DIR) / "mappings" / "README.md");
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  constexpr std::string_view opening = "```yaml\n";
  std::vector<std::string> blocks;
  for (auto begin = text.find(opening); begin != std::string::npos; begin = text.find(opening, begin)) {
    begin += opening.size();
    blocks.push_back(text.substr(begin, text.find("```", begin) - begin));
  }
  return blocks;
}

TEST(Guide, ItsExamplesLoadAndPassTheirTests) {
  ASSERT_GE(examples().size(), 4u);
  for (const auto& example : examples()) {
    event::EventCatalog catalog;
    const auto set = load_text(example, "guide.yaml", catalog);
    ASSERT_TRUE(set) << set.error().at(0).text() << "\n" << example;
    for (const auto& failure : run_tests(**set, catalog).failures) ADD_FAILURE() << failure.text;
  }
}

}  // namespace
}  // namespace sluice::mapping
