#pragma once

#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "event/event_catalog.h"
#include "history/memory_event_log.h"
#include "metrics/metrics.h"
#include "stream/feed.h"
#include "stream/hub.h"

namespace sluice::stream {

/// `when: query.<parameter> == null or <field> in query.<parameter>`: what a key filter folds to.
std::shared_ptr<const event::StreamFilter> key_in_query(std::string field, std::string parameter);
/// `when: <field> >= query.<parameter>`: reads the data, so that it is asked once a selection.
std::shared_ptr<const event::StreamFilter> field_at_least_query(std::string field, std::string parameter);

/// A hub and one feed with streams declared by tests, time set by hand. The epoch is `t`, so that ids are `t-1`, `t-2`.
class Stage {
 public:
  explicit Stage(history::Retention retention = {}, FeedOptions options = {});

  event::TypeNumber type(std::string_view name) { return catalog.intern("test", name).number; }
  std::vector<event::TypeNumber> types(std::initializer_list<std::string_view> names);
  /// A stream of these events without filter and snapshot.
  event::StreamSpec stream(std::string name, std::initializer_list<std::string_view> events);
  void declare(event::StreamSpec spec);
  void declare(std::vector<event::StreamSpec> specs);

  /// Appends and commits; the time is the sequence.
  void emit(std::string_view type, std::string_view key, Value data);
  void remove(std::string_view type, std::string_view key);

  /// One client; `last_event_id` as it would send it.
  std::unique_ptr<Cursor> open(std::string_view stream, std::optional<std::string> last_event_id = std::nullopt,
                               Value query = {}, std::vector<std::string> path_values = {});
  /// Advances and returns how many cursors have something.
  std::size_t advance() { return feed.advance(now_ms).size(); }
  /// All that is due, sent; at most `bytes` of it.
  std::string take(Cursor& cursor, std::size_t bytes = SIZE_MAX);
  /// The same after an advance.
  std::string live(Cursor& cursor);

  ManualClock clock{at_ms(1'700'000'000'000)};
  std::int64_t now_ms = 1000;
  event::EventCatalog catalog;
  history::MemoryEventLog log;
  metrics::Registry registry;
  Hub hub;
  Feed feed;
};

/// What every connection begins with when `retry` is drawn from 2500 to 2500.
inline constexpr std::string_view beginning = "retry: 2500\n: ok\n\n";

}  // namespace sluice::stream
