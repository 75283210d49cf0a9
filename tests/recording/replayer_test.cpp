#include "recording/replayer.h"

#include <gmock/gmock.h>

#include "support/recording/captures.h"

namespace sluice::recording {
namespace {

using test::captured;
using test::text_of;
using testing::ElementsAre;
using testing::HasSubstr;
using testing::IsEmpty;

constexpr milliseconds patience{60'000};  // of the capture; never waited for

const std::string capture = text_of(
    {captured(1'000'000, "a", "1"), captured(1'500'000, "b", "2"), captured(4'000'000, "c", "3")}, at_ms(1'000'000));

/// A replay with a clock of its own for the real time, and what it handed out.
struct Replay {
  explicit Replay(ReplayOptions options = {}, std::string text = capture) {
    options.now = [this] { return real; };
    auto made = Replayer::make(
        [text]() -> Expected<std::unique_ptr<CaptureReader>> { return open_capture(CaptureInput::of(text, "c")); },
        std::move(options));
    if (made) {
      replayer = std::move(*made);
    } else {
      error = made.error().text();
    }
  }

  /// What one poll gives.
  std::vector<std::string> polled() {
    std::vector<std::string> some;
    replayer->poll(milliseconds(0), [&](message::Message&& message) {
      some.push_back(std::to_string(to_ms(message.time)) + " " + message.topic);
    });
    return some;
  }
  /// What comes within that real time: a poll gives what is read ahead, not more.
  std::vector<std::string> after(milliseconds time) {
    real += time;
    std::vector<std::string> all;
    for (auto some = polled(); !some.empty(); some = polled()) all.insert(all.end(), some.begin(), some.end());
    return all;
  }
  std::vector<std::string> to_the_end() {
    std::vector<std::string> all;
    while (!replayer->ended()) {
      const auto some = after(patience);
      all.insert(all.end(), some.begin(), some.end());
    }
    return all;
  }
  std::int64_t now() const { return to_ms(replayer->clock().now()); }

  ReplayOptions::Steady::time_point real{};
  std::unique_ptr<Replayer> replayer;
  std::string error;
};

TEST(Replayer, GivesTheMessagesAtTheTimesThatTheyWereCapturedAt) {
  Replay replay;
  EXPECT_THAT(replay.after(milliseconds(0)), ElementsAre("1001000 a"));
  EXPECT_THAT(replay.after(milliseconds(499)), IsEmpty());
  EXPECT_EQ(replay.now(), 1'001'499);
  EXPECT_THAT(replay.after(milliseconds(1)), ElementsAre("1001500 b"));
  EXPECT_THAT(replay.after(milliseconds(10'000)), ElementsAre("1004000 c"));
}

TEST(Replayer, SpeedDividesTheTime) {
  Replay replay({.speed = 10});
  replay.after(milliseconds(0));
  EXPECT_THAT(replay.after(milliseconds(49)), IsEmpty());
  EXPECT_THAT(replay.after(milliseconds(1)), ElementsAre("1001500 b"));
}

TEST(Replayer, AtTheHighestSpeedAllComesAtOnce) {
  Replay replay({.speed = 0});
  EXPECT_THAT(replay.to_the_end(), ElementsAre("1001000 a", "1001500 b", "1004000 c"));
  EXPECT_EQ(replay.now(), 1'004'000);
  EXPECT_EQ(replay.replayer->messages(), 3U);
}

TEST(Replayer, TheTailLetsTimePassAfterTheLastMessage) {
  Replay fast({.speed = 0, .tail = milliseconds(500)});
  fast.to_the_end();
  EXPECT_EQ(fast.now(), 1'004'500);
  Replay paced({.speed = 1, .tail = milliseconds(500)});
  paced.after(milliseconds(0));
  EXPECT_EQ(paced.after(milliseconds(3000)).size(), 2U);
  EXPECT_THAT(paced.after(milliseconds(499)), IsEmpty());
  EXPECT_FALSE(paced.replayer->ended());
  paced.after(milliseconds(1));
  EXPECT_TRUE(paced.replayer->ended());
  EXPECT_EQ(paced.now(), 1'004'500);
}

TEST(Replayer, WhilePausedTimeStands) {
  Replay replay;
  replay.after(milliseconds(0));
  replay.replayer->pause(true);
  EXPECT_THAT(replay.after(milliseconds(0)), IsEmpty());
  EXPECT_THAT(replay.after(milliseconds(10'000)), IsEmpty());
  replay.replayer->pause(false);
  EXPECT_THAT(replay.after(milliseconds(0)), IsEmpty());
  EXPECT_THAT(replay.after(milliseconds(500)), ElementsAre("1001500 b"));
}

TEST(Replayer, ALoopGoesOnASecondAfterTheLastMessage) {
  Replay replay({.speed = 0, .loop = true});
  std::vector<std::string> all;
  while (all.size() < 6) {
    const auto some = replay.polled();
    all.insert(all.end(), some.begin(), some.end());
  }
  all.resize(6);
  EXPECT_THAT(all, ElementsAre("1001000 a", "1001500 b", "1004000 c", "1006000 a", "1006500 b", "1009000 c"));
}

TEST(Replayer, TheSameCaptureHasTheSameEpoch) {
  EXPECT_EQ(Replay({.speed = 0}).replayer->epoch(), Replay({.speed = 2}).replayer->epoch());
  EXPECT_NE(Replay().replayer->epoch(), Replay({}, text_of({captured(1, "a", "1")})).replayer->epoch());
  EXPECT_THAT(Replay().replayer->epoch(), testing::MatchesRegex("r[a-z0-9]+"));
}

TEST(Replayer, FaultsAreToldAndCountedAndTheRestIsPlayed) {
  std::string text = capture;
  for (int i = 0; i < 250; ++i) text += "{}\n";
  write_message(captured(5'000'000, "d", ""), text);
  Replay replay({.speed = 0}, text);
  EXPECT_EQ(replay.to_the_end().size(), 4U);
  EXPECT_EQ(replay.replayer->fault_count(), 250U);
  const auto faults = replay.replayer->take_faults();
  EXPECT_EQ(faults.size(), Replayer::most_faults);
  EXPECT_EQ(faults.front().where, "c:5");
  EXPECT_THAT(replay.replayer->take_faults(), IsEmpty());
}

TEST(Replayer, ACaptureWithoutAMessageIsRefused) {
  EXPECT_THAT(Replay({}, text_of({})).error, HasSubstr("the capture holds no message"));
  EXPECT_THAT(Replay({.loop = true}, text_of({})).error, HasSubstr("the capture holds no message"));
  EXPECT_THAT(Replay({}, text_of({}) + "{}\n").error, HasSubstr("c:2: "));
}

TEST(Replayer, ManyMessagesComeInTheirOrder) {
  constexpr int many = 20'000;
  std::vector<CapturedMessage> messages;
  for (int i = 0; i < many; ++i) messages.push_back(captured(i, "t/" + std::to_string(i), ""));
  Replay replay({.speed = 0}, text_of(messages));
  int next = 0;
  while (!replay.replayer->ended()) {
    replay.replayer->play(patience, 1000, [&](CapturedMessage& message) {
      ASSERT_EQ(message.message.topic, "t/" + std::to_string(next));
      ++next;
    });
  }
  EXPECT_EQ(next, many);
}

}  // namespace
}  // namespace sluice::recording
