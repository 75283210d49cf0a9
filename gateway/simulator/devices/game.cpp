#include "simulator/devices/game.h"

#include <fmt/format.h>

#include <algorithm>
#include <array>

#include "base/json.h"

namespace sluice::simulator {
namespace {

constexpr milliseconds longest_catch_up{60'000};
constexpr int last_zone = 12;
constexpr std::array<const char*, 6> foe_names = {"Goblin", "Wolf", "Bandit", "Skeleton", "Troll", "Wisp"};
constexpr std::array<const char*, 5> weathers = {"clear", "rain", "fog", "storm", "snow"};

template <class Fighters>
bool all_down(const Fighters& fighters) {
  return std::all_of(fighters.begin(), fighters.end(), [](const auto& fighter) { return fighter.hp == 0; });
}

}  // namespace

Game::Game(const GameOptions& options, Timestamp boot)
    : options_(options),
      random_(options.seed),
      next_(boot + milliseconds(500 + random_.pick(1'000))),
      party_{{"Ayla", 30, 30, 7}, {"Bram", 42, 42, 5}, {"Cyd", 24, 24, 9}} {}

std::string Game::topic(std::string_view rest) const {
  return fmt::format("game/{}/{}", options_.name, rest);
}

message::Connection::Identity Game::identity() {
  return {.client_id = "game-" + options_.name, .will = std::nullopt, .subscriptions = {}};
}

void Game::connected(Timestamp /*now*/, Publishes& out) {
  publish_party(out);
  publish_foes(out);
  publish_map(out);
  publish_inventory(out);
}

void Game::receive(const message::Message& /*message*/, Timestamp /*now*/, Publishes& /*out*/) {}

void Game::boot(Timestamp now) {
  // The battle is lost with the memory; what players own is in the flash.
  foes_.clear();
  round_ = 0;
  next_ = now + about(2);
}

void Game::fail(std::string_view fault, Timestamp /*now*/, Timestamp until, Publishes& out) {
  if (fault == "lag") lags_until_ = until;
  if (fault == "restart_notice") {
    out.push_back({"game/notify",
                   to_json(Value::object({{"level", "error"}, {"text", "The servers restart in five minutes"}})), 1,
                   false});
  }
}

milliseconds Game::about(double rounds) {
  const double ms = rounds * random_.between(0.7, 1.3) * 1'000 / options_.rounds_per_second;
  return milliseconds(std::max<std::int64_t>(1, static_cast<std::int64_t>(ms)));
}

void Game::step(Timestamp now, Publishes& out) {
  next_ = std::max(next_, now - longest_catch_up);
  while (next_ <= now) turn(out);
}

void Game::turn(Publishes& out) {
  if (next_ < lags_until_) {
    next_ = lags_until_;
    return;
  }
  if (round_ > 0) {
    fight(out);
    next_ += about(1);
  } else if (random_.chance(0.6)) {
    meet_foes(out);
    next_ += about(1);
  } else {
    wander(out);
    next_ += about(4);
  }
}

void Game::wander(Publishes& out) {
  zone_ = 1 + zone_ % last_zone;
  publish_map(out);
  if (!random_.chance(0.3)) return;
  ++potions_;
  publish_inventory(out);
  notify("info", "A potion stood by the way", out);
}

void Game::meet_foes(Publishes& out) {
  foes_.clear();
  const int count = 1 + random_.pick(3);
  for (int i = 0; i < count; ++i) {
    const auto name = foe_names[static_cast<std::size_t>(random_.pick(static_cast<int>(foe_names.size())))];
    const int hp = 8 + random_.pick(8) + 2 * level_;
    foes_.push_back({fmt::format("{} {}", name, i + 1), hp, hp, 2 + random_.pick(3) + level_ / 2});
  }
  round_ = 1;
  publish_foes(out);
}

void Game::strike(const std::vector<Fighter>& attackers, std::vector<Fighter>& defenders, Value::List& log) {
  for (const auto& attacker : attackers) {
    if (attacker.hp == 0 || all_down(defenders)) continue;
    auto at = static_cast<std::size_t>(random_.pick(static_cast<int>(defenders.size())));
    while (defenders[at].hp == 0) at = (at + 1) % defenders.size();
    auto& defender = defenders[at];
    if (random_.chance(0.15)) {
      log.emplace_back(fmt::format("{} misses {}", attacker.name, defender.name));
      continue;
    }
    const int damage = 1 + random_.pick(attacker.strength);
    defender.hp = std::max(0, defender.hp - damage);
    log.emplace_back(fmt::format("{} hits {} for {}", attacker.name, defender.name, damage));
    if (defender.hp == 0) log.emplace_back(fmt::format("{} falls", defender.name));
  }
}

void Game::fight(Publishes& out) {
  Value::List log;
  strike(party_, foes_, log);
  strike(foes_, party_, log);
  const bool finished = all_down(foes_) || all_down(party_);
  out.push_back({topic("battle"),
                 to_json(Value::object({{"round", round_}, {"log", std::move(log)}, {"finished", finished}})), 1,
                 false});
  publish_party(out);
  publish_foes(out);
  for (auto& hero : party_) {
    if (hero.hp == 0 || hero.hp * 4 > hero.max_hp || finished) continue;
    notify("warning", fmt::format("{} has only {} HP left", hero.name, hero.hp), out);
    if (potions_ == 0) continue;
    --potions_;
    hero.hp = hero.max_hp;
    publish_inventory(out);
  }
  ++round_;
  if (!finished) return;
  round_ = 0;
  if (all_down(party_)) {
    lose(out);
  } else {
    win(out);
  }
}

void Game::win(Publishes& out) {
  gold_ += 5 + random_.pick(20);
  if (++victories_ % 3 == 0) {
    ++level_;
    for (auto& hero : party_) hero.max_hp += 2;
    notify("info", fmt::format("The party reaches level {}", level_), out);
  }
  for (auto& hero : party_) hero.hp = std::min(hero.max_hp, std::max(1, hero.hp + hero.max_hp / 3));
  foes_.clear();
  publish_party(out);
  publish_foes(out);
  publish_inventory(out);
}

void Game::lose(Publishes& out) {
  notify("error", "The party has fallen and wakes in the village", out);
  zone_ = 1;
  level_ = 1;
  gold_ /= 2;
  potions_ = 3;
  for (auto& hero : party_) hero.hp = hero.max_hp;
  foes_.clear();
  publish_map(out);
  publish_party(out);
  publish_foes(out);
  publish_inventory(out);
}

void Game::notify(std::string_view level, std::string_view text, Publishes& out) const {
  out.push_back({topic("notify"), to_json(Value::object({{"level", level}, {"text", text}})), 1, false});
}

void Game::publish_section(std::string_view section, const Value& state, Publishes& out) const {
  out.push_back({topic(fmt::format("state/{}", section)), to_json(state), 1, true});
}

void Game::publish_party(Publishes& out) const {
  Value::List heroes;
  for (const auto& hero : party_) {
    heroes.push_back(Value::object({{"name", hero.name}, {"hp", hero.hp}, {"max_hp", hero.max_hp}}));
  }
  publish_section("party", Value::object({{"level", level_}, {"members", std::move(heroes)}}), out);
}

void Game::publish_foes(Publishes& out) const {
  Value::List foes;
  for (const auto& foe : foes_) {
    foes.push_back(Value::object({{"name", foe.name}, {"hp", foe.hp}, {"max_hp", foe.max_hp}}));
  }
  publish_section("enemies", Value::object({{"members", std::move(foes)}}), out);
}

void Game::publish_map(Publishes& out) const {
  const auto* weather = weathers[static_cast<std::size_t>(zone_) % weathers.size()];
  publish_section("map", Value::object({{"zone", zone_}, {"weather", weather}}), out);
}

void Game::publish_inventory(Publishes& out) const {
  publish_section("inventory", Value::object({{"gold", gold_}, {"potions", potions_}}), out);
}

}  // namespace sluice::simulator
