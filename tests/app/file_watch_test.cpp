#include "app/file_watch.h"

#include <gtest/gtest.h>
#include <poll.h>

#include "support/app/files.h"

namespace sluice::app {
namespace {

/// A watch on `place`, and whether it says something.
class Watched {
 public:
  explicit Watched(const std::string& place) : watch_(FileWatch::open(place).value()) {}
  /// inotify tells an event before the call that made it returns: nothing to wait for.
  bool tells() {
    pollfd ready{watch_->descriptor(), POLLIN, 0};
    return ::poll(&ready, 1, 0) == 1 && watch_->take();
  }

 private:
  std::unique_ptr<FileWatch> watch_;
};

TEST(FileWatch, TellsOfWritingRenamingAddingAndDeleting) {
  test::Folder folder;
  folder.write("a.yaml", "1");
  Watched watch(folder.path());
  EXPECT_FALSE(watch.tells());
  folder.write("a.yaml", "2");
  EXPECT_TRUE(watch.tells());
  folder.replace("a.yaml", "3");
  EXPECT_TRUE(watch.tells());
  folder.write("b.yaml", "1");
  EXPECT_TRUE(watch.tells());
  folder.remove("b.yaml");
  EXPECT_TRUE(watch.tells());
  EXPECT_FALSE(watch.tells());
}

TEST(FileWatch, OtherFilesOfTheFolderDoNotConcernIt) {
  test::Folder folder;
  Watched watch(folder.path() + "/");
  folder.write(".a.yaml.swp", "1");
  folder.write("4913", "1");
  EXPECT_FALSE(watch.tells());
}

TEST(FileWatch, OfOneFileItTellsThatAlone) {
  test::Folder folder;
  folder.write("a.yaml", "1");
  Watched watch(folder.path() + "/a.yaml");
  folder.write("b.yaml", "1");
  EXPECT_FALSE(watch.tells());
  folder.replace("a.yaml", "2");
  EXPECT_TRUE(watch.tells());
}

TEST(FileWatch, AFolderReplacedAsAWholeIsWatchedOn) {
  test::Folder above;
  std::filesystem::create_directory(above.path() + "/m");
  Watched watch(above.path() + "/m");
  std::filesystem::rename(above.path() + "/m", above.path() + "/old");
  std::filesystem::create_directory(above.path() + "/m");
  EXPECT_TRUE(watch.tells());
  above.write("m/a.yaml", "1");
  EXPECT_TRUE(watch.tells());
  above.write("old/a.yaml", "1");
  EXPECT_FALSE(watch.tells());
}

TEST(FileWatch, ALinkToAnotherFolderIsFollowed) {
  test::Folder above;
  std::filesystem::create_directory(above.path() + "/one");
  std::filesystem::create_directory(above.path() + "/two");
  std::filesystem::create_directory_symlink("one", above.path() + "/m");
  Watched watch(above.path() + "/m");
  std::filesystem::create_directory_symlink("two", above.path() + "/new");
  std::filesystem::rename(above.path() + "/new", above.path() + "/m");
  EXPECT_TRUE(watch.tells());
  above.write("two/a.yaml", "1");
  EXPECT_TRUE(watch.tells());
}

TEST(FileWatch, AMountedFolderWhoseDataLinkIsReplacedConcernsIt) {
  test::Folder folder;
  Watched watch(folder.path());
  std::filesystem::create_directory_symlink("v2", folder.path() + "/..data_tmp");
  std::filesystem::rename(folder.path() + "/..data_tmp", folder.path() + "/..data");
  EXPECT_TRUE(watch.tells());
}

TEST(FileWatch, WhatIsNotThereIsAnError) {
  test::Folder folder;
  const auto watch = FileWatch::open(folder.path() + "/none/a.yaml");
  ASSERT_FALSE(watch.has_value());
  EXPECT_NE(watch.error().text().find("cannot be watched"), std::string::npos);
}

}  // namespace
}  // namespace sluice::app
