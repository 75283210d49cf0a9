#pragma once

#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "event/event.h"
#include "mapping/mapping_set.h"
#include "message/message.h"

namespace sluice::mapping {

class Trace;

namespace sparkplug {
class Session;
}

/// A message (or event) that a rule could not use.
struct Failure {
  std::string where;  // file:line:column of the rule or step
  std::string rule;   // its name
  std::string topic;
  std::string payload;  // an excerpt, escaped
  std::string message;
  Timestamp time{};
};

/// What came of messages and of time, in order.
struct Output {
  std::vector<event::Emission>
      events;  // all emitted events, internal ones too (the hub drops those that no stream names)
  std::vector<Failure> failures;
  std::vector<message::Publish> publishes;
  std::vector<std::size_t> events_before;  // for each of `publishes`: how many of `events` were sent before it
  void clear() {
    events.clear();
    failures.clear();
    publishes.clear();
    events_before.clear();
  }
};

/// Turns messages into events by the rules of a MappingSet; holds all their state. A pure function of messages and
/// their times: no I/O, no wall clock.
///
/// Threads: the pipeline thread.
/// Order: mapping-language "Order, time and determinism".
class Mapper {
 public:
  /// `trace`, when there is one, is told of every step; it must outlive the mapper.
  explicit Mapper(std::shared_ptr<const MappingSet> set, Trace* trace = nullptr);
  ~Mapper();
  Mapper(Mapper&&) noexcept;
  Mapper& operator=(Mapper&&) noexcept;

  /// What went on at a change of the set.
  struct CarryOver {
    std::size_t steps = 0;           // steps with state, of the new set
    std::size_t steps_kept = 0;      // of these: with the state that they had
    std::size_t latest_dropped = 0;  // latest values that do not fit their event any more
  };
  /// Goes on where `before` stands, by the rules of another set: the clock, counts and latest values stay, and so does
  /// the state of each step that stands in a rule of the same name after the same steps and says the same itself.
  /// Timers of what is gone do not fire. `before` is of no use afterwards.
  static std::pair<Mapper, CarryOver> go_on(Mapper&& before, std::shared_ptr<const MappingSet> set);

  /// Fires timers due up to `message.time`, then runs the rules whose topic matches. Appends to `output`.
  void map(const message::Message& message, Output& output);
  /// Lets time pass: fires timers due up to `now`.
  void advance(Timestamp now, Output& output);
  /// When the next timer is due.
  std::optional<Timestamp> next_timer() const;

  struct Counts {
    std::uint64_t messages = 0;   // mapped
    std::uint64_t unmatched = 0;  // no rule's topic matched
    std::uint64_t events = 0;
    std::uint64_t failures = 0;
  };
  const Counts& counts() const;
  /// Bytes that steps and the Sparkplug session keep, about.
  std::size_t state_bytes() const;
  /// What the rules with `codec: sparkplug` have heard; null when there are none.
  const sparkplug::Session* sparkplug() const;

 private:
  struct State;
  explicit Mapper(std::unique_ptr<State> state);
  std::unique_ptr<State> state_;
};

}  // namespace sluice::mapping
