#include "recording/line_reader.h"

#include <gmock/gmock.h>

namespace sluice::recording {
namespace {

using testing::ElementsAre;

std::vector<std::string> lines(std::string text, std::size_t longest = 100) {
  const auto input = CaptureInput::of(std::move(text), "c");
  LineReader reader(*input, longest);
  std::vector<std::string> all;
  while (reader.next()) {
    all.push_back(reader.where() + " " + std::string(reader.line()) + (reader.too_long() ? " too long" : "") +
                  (reader.torn() ? " torn" : ""));
  }
  return all;
}

TEST(LineReader, GivesLinesWithTheirNumbers) {
  EXPECT_THAT(lines("a\n\nb\r\n"), ElementsAre("c:1 a", "c:2 ", "c:3 b"));
  EXPECT_THAT(lines(""), ElementsAre());
}

TEST(LineReader, TellsALastLineWithoutItsEnd) {
  EXPECT_THAT(lines("a\nb"), ElementsAre("c:1 a", "c:2 b torn"));
}

TEST(LineReader, CutsALineThatIsTooLongAndGoesOnAfterIt) {
  EXPECT_THAT(lines("abcdef\ng\n", 3), ElementsAre("c:1 abc too long", "c:2 g"));
  const std::string long_line(1'000'000, 'x');
  EXPECT_THAT(lines("a\n" + long_line + "\nb\n", 3), ElementsAre("c:1 a", "c:2 xxx too long", "c:3 b"));
  EXPECT_THAT(lines(long_line, 2), ElementsAre("c:1 xx too long"));
}

TEST(LineReader, LinesLongerThanWhatIsReadAtOnceAreWhole) {
  const std::string line(700'001, 'y');
  EXPECT_THAT(lines(line + "\n" + line + "\n", 1'000'000), ElementsAre("c:1 " + line, "c:2 " + line));
}

}  // namespace
}  // namespace sluice::recording
