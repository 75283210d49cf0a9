#include "simulator/devices/game.h"

#include <gmock/gmock.h>

#include <set>

#include "base/json.h"

namespace sluice::simulator {
namespace {

Publishes life(const GameOptions& options, milliseconds time) {
  Publishes out;
  Game game(options, at_ms(0));
  for (auto now = at_ms(0); now < at_ms(0) + time; now += milliseconds(500)) game.step(now, out);
  return out;
}

TEST(Game, ABattleGoesRoundByRoundUntilItIsFinished) {
  int expected = 1;
  int battles = 0;
  for (const auto& publish : life({}, std::chrono::minutes(20))) {
    if (publish.topic != "game/g1/battle") continue;
    const auto round = parse_json(publish.payload);
    EXPECT_EQ(round->find("round")->as_int(), expected);
    EXPECT_FALSE(round->find("log")->as_list().empty());
    const bool finished = round->find("finished")->as_bool();
    expected = finished ? 1 : expected + 1;
    battles += finished ? 1 : 0;
  }
  EXPECT_GT(battles, 20);
}

TEST(Game, ItsStateIsRetainedInSections) {
  std::set<std::string> sections;
  for (const auto& publish : life({}, std::chrono::minutes(20))) {
    if (!publish.topic.starts_with("game/g1/state/")) continue;
    sections.insert(publish.topic.substr(14));
    EXPECT_TRUE(publish.retain);
    EXPECT_TRUE(parse_json(publish.payload)->is_object());
  }
  EXPECT_THAT(sections, testing::ElementsAre("enemies", "inventory", "map", "party"));
}

TEST(Game, NobodyHasLessThanNoHealthOrMoreThanAll) {
  for (const auto& publish : life({}, std::chrono::hours(2))) {
    if (publish.topic != "game/g1/state/party") continue;
    const auto read = parse_json(publish.payload);
    for (const auto& hero : read->find("members")->as_list()) {
      ASSERT_GE(hero.find("hp")->as_int(), 0);
      ASSERT_LE(hero.find("hp")->as_int(), hero.find("max_hp")->as_int());
    }
  }
}

TEST(Game, PlayersAreNotified) {
  std::set<std::string> levels;
  for (const auto& publish : life({}, std::chrono::hours(2))) {
    if (publish.topic != "game/g1/notify") continue;
    levels.insert(std::string(parse_json(publish.payload)->find("level")->as_text()));
  }
  EXPECT_THAT(levels, testing::IsSupersetOf({"info", "warning"}));
}

TEST(Game, TellsAllSectionsAtConnect) {
  Game game({}, at_ms(0));
  Publishes out;
  game.connected(at_ms(0), out);
  EXPECT_EQ(out.size(), 4U);
}

TEST(Game, FaultsAreALagAndANoticeToAllGames) {
  Game game({}, at_ms(0));
  Publishes out;
  game.fail("restart_notice", at_ms(0), at_ms(1), out);
  ASSERT_EQ(out.size(), 1U);
  EXPECT_EQ(out[0].topic, "game/notify");
  out.clear();
  game.fail("lag", at_ms(0), at_ms(20'000), out);
  game.step(at_ms(19'000), out);
  EXPECT_THAT(out, testing::IsEmpty());
  game.step(at_ms(60'000), out);
  EXPECT_THAT(out, testing::Not(testing::IsEmpty()));
}

TEST(Game, TheSameSeedGivesTheSameLife) {
  EXPECT_EQ(life({.seed = 3}, std::chrono::minutes(5)), life({.seed = 3}, std::chrono::minutes(5)));
  EXPECT_NE(life({.seed = 3}, std::chrono::minutes(5)), life({.seed = 4}, std::chrono::minutes(5)));
}

}  // namespace
}  // namespace sluice::simulator
