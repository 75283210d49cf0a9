#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <utility>
#include <vector>

#include "event/stream_spec.h"
#include "stream/cursor.h"
#include "stream/hub.h"
#include "stream/request.h"

namespace sluice::stream {

struct FeedCore;

/// Bounds and times of a feed.
struct FeedOptions {
  std::uint64_t backlog = std::uint64_t{4} << 20;  // bytes of lag that start `overflow`
  std::size_t recent = std::size_t{1} << 20;       // bytes of recent events that a selection keeps at hand
  std::size_t all_recent = std::size_t{64} << 20;  // and all of them
  std::size_t rewritten = std::size_t{8} << 20;  // bytes of events that other forms made anew, kept for who comes back
  std::uint32_t seed = 0;                        // draws each connection's `retry:`
  int retry_min_ms = 2000;
  int retry_max_ms = 3000;
  const Clock* clock = nullptr;  // wall time, for what a feed itself says the time of; null: the system's
};

/// A shard's view of the hub: its selections, and the cursors on them.
///
/// Clients of equal streams, path values, query, binding and form share one Selection. An event is matched once a
/// selection, by an index over type and key; a selection without news costs nothing, nor do its clients.
///
/// Threads: one shard's thread, all of it. Time is monotonic milliseconds, handed in.
class Feed {
 public:
  Feed(Hub& hub, FeedOptions options);
  ~Feed();

  /// A new client. Everything that it gets first is due at once. The feed outlives its cursors.
  std::unique_ptr<Cursor> open(const Request& request, std::int64_t now_ms);

  /// Takes everything appended since the last call into the selections. The cursors for which something is due now that
  /// had nothing due before, and those whose end() has come; valid until the next call. Each may find nothing due after
  /// all. (One that was left with bytes due stays the caller's business.)
  std::span<Cursor* const> advance(std::int64_t now_ms);

  /// Heartbeats, max_age, expired rights and checkpoints that are due: cursors as in advance(). Call at
  /// next_deadline().
  std::span<Cursor* const> tick(std::int64_t now_ms);
  /// When tick() has something to do; INT64_MAX when never.
  std::int64_t next_deadline() const;

  /// Ends all: complete events, a `retry:` of 5 to 15 s, then end() says drain. The cursors to serve.
  std::span<Cursor* const> drain(std::int64_t now_ms);

  /// Ends those that came by right (Request::by_right), cleanly: they come back, and their rights are looked at anew.
  /// The cursors to serve.
  std::span<Cursor* const> recheck();

  std::size_t cursors() const;
  std::size_t selections() const;

 private:
  std::unique_ptr<FeedCore> core_;
};

}  // namespace sluice::stream
