#include "recording/capture_file.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::all_of;
using test::bytes_of;
using test::captured;
using test::Folder;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;

const std::string capture = text_of({captured(5, "a", "x"), captured(7, "b", std::string(5000, 'y'))});

std::string packed(const Folder& folder) {
  auto file = CaptureFile::create(folder / "c.zst");
  EXPECT_TRUE((*file)->write(capture));
  EXPECT_TRUE((*file)->close());
  return bytes_of(folder / "c.zst");
}

TEST(CaptureFile, WritesWhatItIsGiven) {
  const Folder folder;
  auto file = CaptureFile::create(folder / "c");
  ASSERT_TRUE((*file)->write(capture));
  ASSERT_TRUE((*file)->close());
  EXPECT_EQ(bytes_of(folder / "c"), capture);
  EXPECT_EQ((*file)->size(), capture.size());
}

TEST(CaptureFile, AFileThatIsThereIsLeftAlone) {
  const Folder folder;
  test::write_bytes(folder / "c", "mine");
  EXPECT_THAT(CaptureFile::create(folder / "c").error().message, HasSubstr("is there already"));
  EXPECT_EQ(bytes_of(folder / "c"), "mine");
}

TEST(CaptureFile, ACompressedOneIsSmallerAndReadAsAnyOther) {
  const Folder folder;
  EXPECT_LT(packed(folder).size(), capture.size() / 5);
  auto reader = open_capture(folder / "c.zst");
  ASSERT_TRUE(reader);
  EXPECT_EQ(all_of(**reader).size(), 2U);
}

TEST(CaptureFile, AfterAFlushTheFileIsWholeUpToThere) {
  const Folder folder;
  auto file = CaptureFile::create(folder / "c.zst");
  ASSERT_TRUE((*file)->write(capture));
  ASSERT_TRUE((*file)->flush());
  test::write_bytes(folder / "killed.zst", bytes_of(folder / "c.zst"));
  auto reader = open_capture(folder / "killed.zst");
  ASSERT_TRUE(reader);
  EXPECT_EQ(all_of(**reader).size(), 2U);
  EXPECT_THAT((*reader)->notes(), ElementsAre(HasSubstr("the compressed data end in the middle: the file is cut")));
}

TEST(CaptureFile, CompressedFilesMayFollowEachOther) {
  const Folder folder;
  const auto once = packed(folder);
  test::write_bytes(folder / "twice.zst", once + once);
  auto reader = open_capture(folder / "twice.zst");
  EXPECT_EQ(all_of(**reader).size(), 4U);
}

TEST(CaptureFile, CutAnywhereItGivesASentenceAndWhatCameBefore) {
  const Folder folder;
  const auto whole = packed(folder);
  for (std::size_t length = 0; length < whole.size(); ++length) {
    auto reader = open_capture(CaptureInput::of(whole.substr(0, length), "c"));
    if (!reader) {
      EXPECT_FALSE(reader.error().message.empty());
      continue;
    }
    all_of(**reader);
    EXPECT_FALSE((*reader)->notes().empty()) << length;
  }
}

TEST(CaptureFile, DamagedCompressionGivesASentence) {
  const Folder folder;
  const auto whole = packed(folder);
  const auto intact = all_of(**open_capture(CaptureInput::of(whole, "c")));
  for (std::size_t byte = 4; byte < whole.size(); ++byte) {
    auto bytes = whole;
    bytes[byte] = static_cast<char>(bytes[byte] ^ 0x10);
    auto reader = open_capture(CaptureInput::of(std::move(bytes), "c"));
    if (!reader) continue;
    const auto all = all_of(**reader);
    EXPECT_TRUE(all == intact || !(*reader)->notes().empty()) << byte;  // not every bit means something
  }
}

}  // namespace
}  // namespace sluice::recording
