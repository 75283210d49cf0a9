#include "stream/latest_events.h"

#include <gtest/gtest.h>

namespace sluice::stream {
namespace {

event::EventPtr event(event::Sequence sequence, std::string key, std::size_t bytes = 10) {
  auto made = std::make_shared<event::Event>();
  made->sequence = sequence;
  made->type = 3;
  made->key_json = std::move(key);
  made->bytes.assign(bytes, 'x');
  return made;
}

std::size_t kept(const LatestEvents& latest) {
  std::vector<event::EventPtr> events;
  latest.copy(3, events);
  return events.size();
}

TEST(LatestEvents, NewKeyAboveTheCountIsRefusedAKnownOneChanges) {
  LatestEvents latest({.keys = 2});
  EXPECT_TRUE(latest.keep(event(1, "a")));
  EXPECT_TRUE(latest.keep(event(2, "b")));
  EXPECT_FALSE(latest.keep(event(3, "c")));
  EXPECT_TRUE(latest.keep(event(4, "a")));
  EXPECT_EQ(kept(latest), 2u);
}

TEST(LatestEvents, BytesOfWhatIsGoneAreFree) {
  LatestEvents latest({.bytes = 250});
  EXPECT_TRUE(latest.keep(event(1, "a", 100)));
  EXPECT_TRUE(latest.keep(event(2, "b", 100)));
  EXPECT_FALSE(latest.keep(event(3, "c", 100)));
  latest.remove(3, "b");
  EXPECT_TRUE(latest.keep(event(4, "c", 100)));
  latest.forget(3);
  EXPECT_TRUE(latest.keep(event(5, "d", 200)));
}

TEST(LatestEvents, RemovingWhatIsNotThereChangesNothing) {
  LatestEvents latest;
  latest.remove(3, "a");
  latest.keep(event(1, "a"));
  const auto version = latest.version(3);
  latest.remove(3, "b");
  latest.remove(99, "a");
  EXPECT_EQ(latest.version(3), version);
  EXPECT_EQ(kept(latest), 1u);
}

}  // namespace
}  // namespace sluice::stream
