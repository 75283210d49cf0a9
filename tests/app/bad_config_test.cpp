#include <gtest/gtest.h>

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "app/config.h"

namespace sluice::app {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(SLUICE_SOURCE_DIR) / "tests" / "bad_config";

std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().stem().string());
  std::ranges::sort(names);
  return names;
}

/// Each file says in its first lines, `# error: 12:7: ...`, all that reading it must print.
class BadConfig : public testing::TestWithParam<std::string> {};

TEST_P(BadConfig, IsRefusedWithItsSentence) {
  const auto path = folder / (GetParam() + ".yaml");
  std::ifstream in(path);
  std::string expected;
  for (std::string line; std::getline(in, line) && line.starts_with("# error: ");) {
    expected += path.string() + ":" + line.substr(9) + "\n";
  }
  const auto config = load_config(path.string());
  ASSERT_FALSE(config) << "it is taken";
  std::string printed;
  for (const auto& error : config.error()) printed += error.text() + "\n";
  EXPECT_EQ(printed, expected);
}

INSTANTIATE_TEST_SUITE_P(All, BadConfig, testing::ValuesIn(bad_files()), [](const auto& file) { return file.param; });

}  // namespace
}  // namespace sluice::app
