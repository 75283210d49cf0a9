#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/value.h"
#include "simulator/device.h"
#include "simulator/random.h"

namespace sluice::simulator {

struct GameOptions {
  std::string name = "g1";
  std::uint64_t seed = 1;
  double rounds_per_second = 0.4;
};

/// A game's server: a party wanders from zone to zone and meets foes; each round of a battle has a log, who is hurt
/// changes the sections of the state, and what players should know is a notification. A fallen party wakes in the
/// village.
class Game final : public Device {
 public:
  Game(const GameOptions& options, Timestamp boot);

  message::Connection::Identity identity() override;
  void connected(Timestamp now, Publishes& out) override;
  void receive(const message::Message& message, Timestamp now, Publishes& out) override;
  void step(Timestamp now, Publishes& out) override;
  Timestamp next_step() const override { return next_; }
  void boot(Timestamp now) override;
  void fail(std::string_view fault, Timestamp now, Timestamp until, Publishes& out) override;

  static constexpr std::string_view faults[] = {"lag", "restart_notice"};

 private:
  struct Fighter {
    std::string name;
    int hp;
    int max_hp;
    int strength;
  };
  void turn(Publishes& out);
  void wander(Publishes& out);
  void meet_foes(Publishes& out);
  void fight(Publishes& out);
  /// One side's blows; says each in `log`.
  void strike(const std::vector<Fighter>& attackers, std::vector<Fighter>& defenders, Value::List& log);
  void win(Publishes& out);
  void lose(Publishes& out);
  void notify(std::string_view level, std::string_view text, Publishes& out) const;
  void publish_section(std::string_view section, const Value& state, Publishes& out) const;
  void publish_party(Publishes& out) const;
  void publish_foes(Publishes& out) const;
  void publish_map(Publishes& out) const;
  void publish_inventory(Publishes& out) const;
  milliseconds about(double rounds);
  std::string topic(std::string_view rest) const;

  const GameOptions options_;
  Random random_;
  Timestamp next_;
  Timestamp lags_until_{};
  std::vector<Fighter> party_;
  std::vector<Fighter> foes_;
  int round_ = 0;  // of the battle; 0: there is none
  int zone_ = 1;
  int gold_ = 20;
  int potions_ = 3;
  int level_ = 1;
  int victories_ = 0;
};

}  // namespace sluice::simulator
