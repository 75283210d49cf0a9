#include <gtest/gtest.h>

#include <filesystem>

#include "event/event_catalog.h"
#include "mapping/mapping_set.h"

namespace sluice::mapping {
namespace {

const auto mappings = std::filesystem::path(SLUICE_SOURCE_DIR) / "mappings";

/// What `sluice check` says of a folder: "" when it loads and all its tests pass.
std::string check(const std::filesystem::path& path, std::size_t& passed) {
  event::EventCatalog catalog;
  const auto set = MappingSet::load(path.string(), catalog);
  std::string text;
  if (!set) {
    for (const auto& error : set.error()) text += error.text() + "\n";
    return text;
  }
  const auto report = run_tests(**set, catalog);
  for (const auto& failure : report.failures) text += failure.text + "\n";
  passed = report.passed;
  return text;
}

TEST(MappingFiles, TheSystemsInOneSetPassTheirTests) {
  std::size_t passed = 0;
  EXPECT_EQ(check(mappings, passed), "");
  EXPECT_GE(passed, 15u);
}

TEST(MappingFiles, TheRecipesForRealDevicesPassTheirTests) {
  std::size_t passed = 0;
  EXPECT_EQ(check(mappings / "recipes", passed), "");
  EXPECT_GE(passed, 31u);
}

TEST(MappingFiles, AFolderWithoutMappingsSaysSo) {
  std::size_t passed = 0;
  EXPECT_EQ(check(mappings / "none", passed), (mappings / "none").string() + ": no such file or folder\n");
}

}  // namespace
}  // namespace sluice::mapping
