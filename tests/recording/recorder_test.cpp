#include "recording/recorder.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::all_of;
using test::captured;
using test::Folder;
using testing::ElementsAre;
using testing::HasSubstr;

std::vector<std::string> read(const std::string& path) {
  auto reader = open_capture(path);
  return reader ? all_of(**reader) : std::vector<std::string>{reader.error().text()};
}

std::unique_ptr<Recorder> recorder(RecorderOptions options) {
  auto made = Recorder::start(std::move(options), {.started = at_ms(1000), .broker = "", .filters = {}});
  EXPECT_TRUE(made) << made.error().text();
  return made ? std::move(*made) : nullptr;
}

TEST(RotatedPath, TheNumberStandsBeforeTheFirstDot) {
  EXPECT_EQ(rotated_path("a.b/plant.sluice.jsonl.zst", 7), "a.b/plant-00007.sluice.jsonl.zst");
  EXPECT_EQ(rotated_path("plant", 12345), "plant-12345");
  EXPECT_EQ(rotated_path(".hidden.jsonl", 1), ".hidden-00001.jsonl");
}

TEST(Recorder, WhatIsAddedIsInTheFile) {
  const Folder folder;
  auto recording = recorder({.path = folder / "c.sluice.jsonl"});
  EXPECT_TRUE(recording->add(captured(5, "a", "x")).value());
  EXPECT_TRUE(recording->flush(std::chrono::microseconds(6)));
  EXPECT_THAT(read(folder / "c.sluice.jsonl"), ElementsAre("5 a x"));
  EXPECT_TRUE(recording->close());
  EXPECT_EQ(recording->messages(), 1U);
}

TEST(Recorder, BeginsAFileAtASize) {
  const Folder folder;
  auto recording = recorder({.path = folder / "c.jsonl", .rotate_bytes = 400});
  for (int i = 0; i < 9; ++i) EXPECT_TRUE(recording->add(captured(i * 1000, "a", std::string(100, 'x'))).value());
  EXPECT_TRUE(recording->close());
  EXPECT_THAT(folder.names(), ElementsAre("c-00001.jsonl", "c-00002.jsonl", "c-00003.jsonl"));
  std::size_t messages = 0;
  for (const auto& name : folder.names()) messages += read(folder / name).size();
  EXPECT_EQ(messages, 9U);
}

TEST(Recorder, BeginsAFileAfterATimeAndCountsFromItsStart) {
  const Folder folder;
  auto recording = recorder({.path = folder / "c.jsonl", .rotate_every = milliseconds(1)});
  EXPECT_TRUE(recording->add(captured(999, "a", "")).value());
  EXPECT_TRUE(recording->add(captured(2500, "b", "")).value());
  EXPECT_TRUE(recording->close());
  EXPECT_THAT(read(folder / "c-00001.jsonl"), ElementsAre("999 a "));
  EXPECT_THAT(read(folder / "c-00002.jsonl"), ElementsAre("500 b "));  // since 1.002 s
}

TEST(Recorder, KeepsTheNewestFilesOnly) {
  const Folder folder;
  auto recording = recorder({.path = folder / "c.jsonl", .rotate_every = milliseconds(1), .keep = 2});
  for (int i = 0; i < 5; ++i) EXPECT_TRUE(recording->add(captured(i * 1000, "a", "")).value());
  EXPECT_TRUE(recording->close());
  EXPECT_THAT(folder.names(), ElementsAre("c-00004.jsonl", "c-00005.jsonl"));
}

TEST(Recorder, LeavesFilesThatAreThere) {
  const Folder folder;
  test::write_bytes(folder / "c-00001.jsonl", "mine");
  auto recording = recorder({.path = folder / "c.jsonl", .rotate_bytes = 1000});
  EXPECT_THAT(recording->path(), HasSubstr("c-00002.jsonl"));
  EXPECT_EQ(test::bytes_of(folder / "c-00001.jsonl"), "mine");
}

TEST(Recorder, EndsBeforeTheLimit) {
  const Folder folder;
  auto recording = recorder({.path = folder / "c.jsonl", .most_bytes = 500});
  int added = 0;
  while (recording->add(captured(added, "a", std::string(50, 'x'))).value()) ++added;
  EXPECT_FALSE(recording->add(captured(added, "a", "")).value()) << "nothing after the first that was too much";
  EXPECT_TRUE(recording->close());
  EXPECT_LE(std::filesystem::file_size(folder / "c.jsonl"), 500U);
  EXPECT_EQ(read(folder / "c.jsonl").size(), static_cast<std::size_t>(added));
  EXPECT_GT(added, 3);
}

TEST(Recorder, AFolderThatIsNotThereIsAnError) {
  const auto made = Recorder::start({.path = "/nowhere/c"}, {});
  EXPECT_THAT(made.error().text(), HasSubstr("/nowhere/c: cannot be made"));
}

TEST(Recorder, AFullDiskIsAnError) {
  auto recording = Recorder::start({.path = "/dev/full"}, {});
  EXPECT_FALSE(recording) << "what is there is not written over";
}

}  // namespace
}  // namespace sluice::recording
