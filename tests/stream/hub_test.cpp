#include "stream/hub.h"

#include <gtest/gtest.h>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

class CountingWaker final : public Waker {
 public:
  void news() override { ++woken; }
  void wake() override { ++woken; }
  int woken = 0;
};

class HubTest : public testing::Test {
 protected:
  HubTest() {
    reader.waker = &waker;
    stage.hub.add(reader);
  }
  ~HubTest() override { stage.hub.remove(reader); }
  Stage stage;
  CountingWaker waker;
  Hub::Reader reader;
};

TEST_F(HubTest, EventThatNoStreamNamesTakesNoNumber) {
  stage.declare(stage.stream("s", {"e"}));
  stage.emit("internal", "a", 1);
  stage.emit("e", "a", 2);
  EXPECT_EQ(stage.log.head(), 1u);
}

TEST_F(HubTest, EventNamedOnlyForTheSnapshotTakesANumber) {
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"state"});
  stage.declare(spec);
  stage.emit("state", "a", 1);
  EXPECT_EQ(stage.log.head(), 1u);
}

TEST_F(HubTest, LatestIsTheNewestOfEachKey) {
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = spec.events;
  stage.declare(spec);
  for (const auto* key : {"a", "b", "a"}) stage.emit("e", key, key);
  const auto latest = stage.hub.latest(spec.on_connect);
  EXPECT_EQ(latest.position, 3u);
  ASSERT_EQ(latest.events.size(), 2u);
  EXPECT_EQ(latest.events[0]->sequence, 2u);
  EXPECT_EQ(latest.events[1]->sequence, 3u);
}

TEST_F(HubTest, LatestOfATypeThatNoStreamShowsIsNotKept) {
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = stage.types({"state"});
  stage.declare(spec);
  stage.emit("e", "a", 1);
  EXPECT_TRUE(stage.hub.latest(spec.events).events.empty());
}

TEST_F(HubTest, VersionOfTheLatestGrowsWithTheirChangesOnly) {
  auto spec = stage.stream("s", {"e", "f"});
  spec.on_connect = stage.types({"e"});
  stage.declare(spec);
  const auto version = [&] { return stage.hub.latest_version(spec.on_connect); };
  stage.emit("e", "a", 1);
  const auto first = version();
  stage.emit("f", "a", 2);
  EXPECT_EQ(version(), first);
  stage.remove("e", "a");
  EXPECT_GT(version(), first);
}

TEST_F(HubTest, SleepingReaderIsWokenOnceABatch) {
  stage.declare(stage.stream("s", {"e"}));
  waker.woken = 0;
  reader.awake = false;
  stage.emit("e", "a", 1);
  stage.emit("e", "a", 2);
  EXPECT_EQ(waker.woken, 1);
  EXPECT_TRUE(reader.awake);
  reader.awake = false;
  stage.hub.commit();
  EXPECT_EQ(waker.woken, 1);
}

TEST_F(HubTest, ReaderIsToldOfStreamsAndSourceEvenAwake) {
  stage.declare(stage.stream("s", {"e"}));
  EXPECT_EQ(waker.woken, 1);
  stage.hub.tell_source(false, at_ms(1));
  EXPECT_EQ(waker.woken, 2);
}

TEST_F(HubTest, StreamIsFoundByItsPublicName) {
  stage.declare(stage.stream("bms.cells", {"e"}));
  EXPECT_EQ(stage.hub.find("bms.cells")->name, "bms.cells");
  EXPECT_EQ(stage.hub.find("bms"), nullptr);
}

TEST_F(HubTest, CountsWhatItAppends) {
  stage.declare(stage.stream("s", {"e"}));
  stage.emit("e", "a", 1);
  const auto text = stage.registry.text();
  EXPECT_NE(text.find("\nsluice_events_total 1\n"), std::string::npos) << text;
  EXPECT_NE(text.find("\nsluice_event_bytes_total 26\n"), std::string::npos) << text;
}

}  // namespace
}  // namespace sluice::stream
