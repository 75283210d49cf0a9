#include <gtest/gtest.h>

#include <atomic>
#include <condition_variable>
#include <mutex>
#include <thread>

#include "support/stream/model.h"

namespace sluice::stream {
namespace {

/// What a shard's eventfd is: waits until it was rung.
class Bell final : public Waker {
 public:
  void news() override { wake(); }
  void wake() override {
    {
      const std::lock_guard lock(mutex_);
      rung_ = true;
    }
    changed_.notify_one();
  }
  void wait() {
    std::unique_lock lock(mutex_);
    changed_.wait(lock, [&] { return rung_; });
    rung_ = false;
  }

 private:
  std::mutex mutex_;
  std::condition_variable changed_;
  bool rung_ = false;
};

// The pipeline appends while a shard reads, sleeps and is woken, clients come and go, and others poll: every client
// gets every event once, and no wake-up is lost (the test would not end).
TEST(Threads, ShardBesideThePipelineMissesNothing) {
  constexpr std::int64_t all = 20'000;
  Stage stage({.events = 100'000});
  auto spec = stage.stream("s", {"e"});
  spec.on_connect = spec.events;
  stage.declare(spec);

  Bell bell;
  Hub::Reader reader;
  reader.waker = &bell;
  stage.hub.add(reader);
  std::thread pipeline([&] {
    for (std::int64_t n = 1; n <= all; ++n) {
      stage.hub.append({.type = spec.events[0], .time = at_ms(n), .key = Value::object({{"k", n % 3}}), .fields = n});
      if (n % 7 == 0 || n == all) stage.hub.commit();
      if (n == all / 2) stage.hub.tell_source(false, at_ms(n));
    }
  });
  std::atomic<bool> done{false};
  std::thread poller([&] {
    while (!done) EXPECT_LE(stage.hub.latest(spec.on_connect).events.size(), 3u);
  });

  std::vector<std::unique_ptr<Cursor>> cursors;
  std::vector<std::string> got(4);
  for (auto& bytes : got) {
    cursors.push_back(stage.open("s", "t-0"));
    cursors.back()->client = &bytes;
    bytes = stage.take(*cursors.back());
  }
  for (event::Sequence seen = 0; seen < all;) {
    reader.awake.store(false);
    if (stage.log.head() == seen) bell.wait();
    reader.awake.store(true);
    seen = stage.log.head();
    for (auto* cursor : stage.feed.advance(0)) static_cast<std::string*>(cursor->client)->append(stage.take(*cursor));
    stage.take(*stage.open("s"));
  }
  for (auto* cursor : stage.feed.advance(0)) static_cast<std::string*>(cursor->client)->append(stage.take(*cursor));
  pipeline.join();
  done = true;
  poller.join();
  stage.hub.remove(reader);

  for (const auto& bytes : got) {
    event::WireParser parser;
    std::vector<event::WireEvent> events;
    ASSERT_TRUE(parser.feed(bytes, events));
    std::erase_if(events, [](const auto& event) { return event.type == "source"; });
    ASSERT_EQ(events.size(), static_cast<std::size_t>(all));
    for (std::int64_t n = 1; n <= all; ++n) {
      ASSERT_EQ(events[static_cast<std::size_t>(n - 1)].last_event_id, "t-" + std::to_string(n));
    }
  }
}

}  // namespace
}  // namespace sluice::stream
