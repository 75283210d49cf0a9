#include "history/memory_event_log.h"

#include <gtest/gtest.h>

#include <thread>

namespace sluice::history {
namespace {

event::EventPtr event(event::Sequence sequence, event::TypeNumber type, std::int64_t ms = 0, std::size_t bytes = 1) {
  auto made = std::make_shared<event::Event>();
  made->sequence = sequence;
  made->type = type;
  made->time = at_ms(ms);
  made->bytes.assign(bytes, 'x');
  return made;
}

class MemoryEventLogTest : public testing::Test {
 protected:
  void start(Retention retention) { log.emplace(retention, "m1"); }
  void append(event::Sequence count, event::TypeNumber type = 0) {
    for (; count > 0; --count) log->append(event(log->next(), type));
  }
  std::vector<event::Sequence> read(event::Sequence after, std::size_t limit = 1000) {
    std::vector<event::EventPtr> events;
    log->read(after, limit, events);
    std::vector<event::Sequence> sequences;
    for (const auto& one : events) sequences.push_back(one->sequence);
    return sequences;
  }
  std::optional<MemoryEventLog> log;
};

using Sequences = std::vector<event::Sequence>;

TEST_F(MemoryEventLogTest, IsEmptyAtFirst) {
  start({});
  EXPECT_EQ(log->head(), 0u);
  EXPECT_EQ(log->first(), 1u);
  EXPECT_EQ(log->next(), 1u);
  EXPECT_EQ(read(0), Sequences{});
}

TEST_F(MemoryEventLogTest, ReadersSeeWhatIsCommitted) {
  start({});
  append(2);
  EXPECT_EQ(log->head(), 0u);
  EXPECT_EQ(read(0), Sequences{});
  log->commit();
  EXPECT_EQ(log->head(), 2u);
  EXPECT_EQ(read(0), (Sequences{1, 2}));
}

TEST_F(MemoryEventLogTest, ReadsAfterAPositionUpToALimit) {
  start({});
  append(1000);
  log->commit();
  EXPECT_EQ(read(254, 4), (Sequences{255, 256, 257, 258}));
  EXPECT_EQ(read(998), (Sequences{999, 1000}));
  EXPECT_EQ(read(1000), Sequences{});
  EXPECT_EQ(read(5000), Sequences{});
  EXPECT_EQ(read(0).size(), 1000u);
}

TEST_F(MemoryEventLogTest, KeepsTheNewestOfACount) {
  start({.events = 3});
  append(1000);
  log->commit();
  EXPECT_EQ(log->first(), 998u);
  EXPECT_EQ(read(0), (Sequences{998, 999, 1000}));
}

TEST_F(MemoryEventLogTest, KeepsWhatFitsIntoItsBytes) {
  start({.events = 100, .bytes = 25'000});
  for (event::Sequence n = 1; n <= 5; ++n) log->append(event(n, 0, 0, 10'000));
  log->commit();
  EXPECT_EQ(read(0), (Sequences{4, 5}));
}

TEST_F(MemoryEventLogTest, KeepsWhatIsNotOlderThanItsAge) {
  start({.age = milliseconds(100)});
  for (const auto ms : {0, 50, 100, 151}) log->append(event(log->next(), 0, ms));
  log->commit();
  EXPECT_EQ(read(0), (Sequences{3, 4}));
}

TEST_F(MemoryEventLogTest, EventAboveAllBytesIsLostAtOnce) {
  start({.bytes = 1000});
  log->append(event(1, 0, 0, 2000));
  log->commit();
  EXPECT_EQ(log->first(), 2u);
  EXPECT_EQ(log->lost(0), 1u);
  append(1);
  log->commit();
  EXPECT_EQ(read(0), Sequences{2});
}

TEST_F(MemoryEventLogTest, SaysTheNewestThatEachTypeLost) {
  start({.events = 2});
  append(1, 4);
  append(2, 9);
  append(1, 4);
  log->commit();
  EXPECT_EQ(log->lost(4), 1u);
  EXPECT_EQ(log->lost(9), 2u);
  EXPECT_EQ(log->lost(5), 0u);
  EXPECT_EQ(log->lost(1000), 0u);
}

TEST_F(MemoryEventLogTest, FreesWhatItNoLongerKeeps) {
  start({.events = 1});
  auto first = event(1, 0);
  const std::weak_ptr<const event::Event> watched = first;
  log->append(std::move(first));
  append(600);
  log->commit();
  EXPECT_TRUE(watched.expired());
}

TEST_F(MemoryEventLogTest, ReaderBesideTheWriterSeesNoHoleThatWasNotLost) {
  start({.events = 500});
  constexpr event::Sequence all = 20'000;
  std::thread writer([&] {
    while (log->next() <= all) {
      append(7);
      log->commit();
    }
  });
  std::vector<event::EventPtr> events;
  event::Sequence position = 0;
  while (position < all) {
    log->read(position, 100, events);
    if (events.empty()) continue;
    if (events.front()->sequence != position + 1) {
      EXPECT_GT(log->lost(0), position);
    }
    for (std::size_t i = 1; i < events.size(); ++i) EXPECT_EQ(events[i]->sequence, events[i - 1]->sequence + 1);
    position = events.back()->sequence;
  }
  writer.join();
}

}  // namespace
}  // namespace sluice::history
