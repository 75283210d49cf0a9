#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "mapping/latest_store.h"
#include "mapping/mapper.h"
#include "mapping/record.h"
#include "mapping/text_map.h"
#include "mapping/timer_queue.h"

namespace sluice::mapping {

class Stage;

/// What the rules of one Mapper share while they work: the clock, timers, latest values, bounds, the output.
///
/// Threads: the pipeline thread.
class Context {
 public:
  explicit Context(const Bounds& limits) : bounds(limits), latest(bounds) {}

  const Bounds bounds;
  Timestamp now{};
  TimerQueue timers;
  LatestStore latest;
  std::size_t state_bytes = 0;  // of all steps
  Output* output = nullptr;     // while a message or a tick is mapped
  Trace* trace = nullptr;       // who watches, if any
  Mapper::Counts counts;
  /// By event type: the rules that read its events, in order.
  std::vector<std::vector<Stage*>> followers;

  /// What expressions read of this record.
  Environment environment(const Record& record) const {
    return {.record = &record.fields,
            .message = record.origin->message,
            .payload = record.origin->payload,
            .latest = &latest};
  }
  /// Counts and keeps what a rule could not use.
  void fail(const std::string& where, const std::string& rule, const message::Message& message, std::string text);

  /// Stores the event as latest, appends it, and runs the rules `from:` it, depth first.
  ///
  /// Error: when the latest values are full; then nothing is sent.
  Expected<void> send(event::Emission&& emission, const Origin& origin);

  /// Appends a message for the broker, after the events so far.
  void publish(message::Publish&& publish);

  /// Makes ready for the rules of another set, which then say anew what they follow and watch: what they do not is
  /// gone, the rest goes on.
  void change_rules();
  /// Keeps the time of each key's newest event of this type, for forget().
  void watch_times(event::TypeNumber type);
  /// Removes the latest value of that key, unless one came after `since`, by whatever rule.
  void forget(event::TypeNumber type, Value key, Timestamp since);

 private:
  void note_time(const event::Emission& emission);

  using Times = std::vector<std::unique_ptr<TextMap<Timestamp>>>;  // by type; null where no rule forgets
  Times newest_;
  Times newest_before_;  // change_rules()
};

/// What names a latest value: its type and key.
std::string latest_name(event::TypeNumber type, const Value& key);

}  // namespace sluice::mapping
