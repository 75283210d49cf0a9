#include <gtest/gtest.h>

#include <filesystem>
#include <fstream>
#include <iterator>
#include <string>

#include "event/event_catalog.h"
#include "mapping/loader.h"

namespace sluice::mapping {
namespace {

namespace fs = std::filesystem;

const fs::path folder = fs::path(SLUICE_SOURCE_DIR) / "tests" / "bad";

std::vector<std::string> bad_files() {
  std::vector<std::string> names;
  for (const auto& entry : fs::directory_iterator(folder)) names.push_back(entry.path().stem().string());
  std::sort(names.begin(), names.end());
  return names;
}

/// Each file says in its first lines, `# error: 12:7: ...`, all that loading it must print.
class BadFile : public testing::TestWithParam<std::string> {};

TEST_P(BadFile, IsRefusedWithItsSentence) {
  const auto name = GetParam() + ".yaml";
  std::ifstream in(folder / name);
  const std::string text{std::istreambuf_iterator<char>(in), {}};
  std::string expected;
  for (std::size_t begin = 0; text.compare(begin, 9, "# error: ") == 0;) {
    const auto end = text.find('\n', begin);
    expected += name + ":" + text.substr(begin + 9, end - begin - 9) + "\n";
    begin = end + 1;
  }
  event::EventCatalog catalog;
  const auto set = load_text(text, name, catalog);
  ASSERT_FALSE(set) << "it loads";
  std::string printed;
  for (const auto& error : set.error()) printed += error.text() + "\n";
  EXPECT_EQ(printed, expected);
}

INSTANTIATE_TEST_SUITE_P(All, BadFile, testing::ValuesIn(bad_files()), [](const auto& file) { return file.param; });

}  // namespace
}  // namespace sluice::mapping
