#include "stream/poll_watch.h"

#include <gtest/gtest.h>

#include <memory>
#include <set>

#include "support/stream/stage.h"

namespace sluice::stream {
namespace {

using Cause = PollWatch::Cause;

class Watch : public testing::Test {
 protected:
  Watch() {
    spec = stage.stream("s", {"e", "f"});
    spec.on_connect = stage.types({"e"});
    spec.when = key_in_query("k", "k");
    stage.declare(spec);
  }
  ~Watch() override {
    watch.end_all();
    watch.take();
  }
  /// Waits for that key (nothing: any) at most until `until_ms`.
  PollWatch::Waiter& wait(const char* key = nullptr, std::int64_t until_ms = 9000) {
    auto& waiter = *waiters.emplace_back(std::make_unique<PollWatch::Waiter>());
    watch.add(waiter, request(key), stage.log.head(), until_ms);
    return waiter;
  }
  Request request(const char* key) {
    Request wish;
    wish.stream = stage.hub.find("s");
    if (key) wish.query = Value::object({{"k", Value::list({key})}});
    return wish;
  }
  std::set<PollWatch::Waiter*> woken() {
    watch.advance();
    const auto over = watch.take();
    return {over.begin(), over.end()};
  }

  Stage stage;
  event::StreamSpec spec;
  PollWatch watch{stage.hub};
  std::vector<std::unique_ptr<PollWatch::Waiter>> waiters;
};

using Woken = std::set<PollWatch::Waiter*>;

TEST_F(Watch, WakesThoseWhoAskForTheEvent) {
  auto& a = wait("a");
  auto& b = wait("b");
  auto& any = wait();
  EXPECT_EQ(woken(), Woken());
  stage.emit("e", "a", 1);
  EXPECT_EQ(woken(), (Woken{&a, &any}));
  EXPECT_EQ(a.cause, Cause::news);
  EXPECT_EQ(b.cause, Cause::none);
  stage.emit("e", "b", 2);
  EXPECT_EQ(woken(), Woken{&b});
}

TEST_F(Watch, EventsThatThePollDoesNotShowWakeNobody) {
  wait();
  stage.emit("f", "a", 1);
  stage.hub.lose_source(at_ms(1));
  stage.hub.commit();
  EXPECT_EQ(woken(), Woken());
}

TEST_F(Watch, APollOfItsOwnEventsWaitsForThose) {
  spec.poll = {.path = "", .as = event::PollSpec::As::data, .events = stage.types({"f"})};
  stage.declare(spec);
  auto& waiter = wait();
  stage.emit("e", "a", 1);
  EXPECT_EQ(woken(), Woken());
  stage.emit("f", "a", 2);
  EXPECT_EQ(woken(), Woken{&waiter});
}

TEST_F(Watch, WhatOneKnowsWakesNobody) {
  stage.emit("e", "a", 1);
  wait();
  EXPECT_EQ(woken(), Woken());
}

TEST_F(Watch, WhatOthersWereToldMeanwhileIsNotMissed) {
  wait("b");
  const auto seen = stage.log.head();
  stage.emit("e", "a", 1);
  watch.advance();
  PollWatch::Waiter late;
  watch.add(late, request("a"), seen, 9000);
  EXPECT_TRUE(watch.any_over());
  EXPECT_EQ(woken(), Woken{&late});
}

TEST_F(Watch, ThoseOfOneWishWakeInOneTurn) {
  auto& first = wait("a");
  auto& other = wait("b");
  auto& second = wait("a");
  stage.emit("e", "a", 1);
  stage.emit("e", "b", 1);
  EXPECT_EQ(woken().size(), 3u);
  EXPECT_EQ(first.turn, second.turn);
  EXPECT_NE(first.turn, other.turn);
}

TEST_F(Watch, TimeEndsAWait) {
  wait("a", 2000);
  auto& early = wait("a", 1000);
  EXPECT_EQ(watch.next_deadline(), 1000);
  watch.tick(999);
  EXPECT_FALSE(watch.any_over());
  watch.tick(1000);
  EXPECT_EQ(woken(), Woken{&early});
  EXPECT_EQ(early.cause, Cause::time);
  EXPECT_EQ(watch.next_deadline(), 2000);
}

TEST_F(Watch, AWaitCanBeEnded) {
  auto& gone = wait("a");
  auto& stays = wait("a");
  watch.end(gone);
  watch.end(gone);
  EXPECT_EQ(woken(), Woken{&gone});
  EXPECT_EQ(gone.cause, Cause::ended);
  stage.emit("e", "a", 1);
  EXPECT_EQ(woken(), Woken{&stays});
}

TEST_F(Watch, ARecheckEndsThoseWhoCameByRight) {
  wait();
  auto wish = request(nullptr);
  wish.by_right = true;
  PollWatch::Waiter by_right;
  watch.add(by_right, wish, stage.log.head(), 9000);
  watch.recheck();
  EXPECT_EQ(woken(), Woken{&by_right});
}

TEST_F(Watch, ANewDeclarationEndsTheWait) {
  auto& waiter = wait();
  stage.declare(spec);
  EXPECT_EQ(woken(), Woken{&waiter});
  EXPECT_EQ(waiter.cause, Cause::ended);
}

TEST_F(Watch, ADeclarationThatCameBetweenEndsTheWaitAtOnce) {
  const auto old = request(nullptr);
  stage.declare(spec);
  PollWatch::Waiter waiter;
  watch.add(waiter, old, stage.log.head(), 9000);
  EXPECT_EQ(waiter.cause, Cause::ended);
  EXPECT_EQ(woken(), Woken{&waiter});
}

TEST(WatchOfAShortLog, WhatIsGoneMayHaveBeenAnybodys) {
  Stage stage({.events = 2, .bytes = 1 << 20, .age = milliseconds(1'000'000)});
  stage.declare(stage.stream("s", {"e"}));
  PollWatch watch(stage.hub);
  PollWatch::Waiter waiter;
  Request wish;
  wish.stream = stage.hub.find("s");
  watch.add(waiter, wish, 0, 9000);
  for (int i = 0; i < 9; ++i) stage.emit("e", "a", i);
  watch.advance();
  EXPECT_EQ(watch.take(), std::vector{&waiter});
  EXPECT_EQ(waiter.cause, Cause::news);
}

}  // namespace
}  // namespace sluice::stream
