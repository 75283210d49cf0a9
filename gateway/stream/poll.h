#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "stream/hub.h"
#include "stream/request.h"

namespace sluice::stream {

/// The parameters of a list (poll, history) that belong to the gateway and not to the stream.
struct ListOptions {
  static constexpr std::size_t default_limit = 1000;
  static constexpr std::size_t max_limit = 10'000;
  static constexpr milliseconds max_wait{60'000};

  std::optional<std::string> after;  // an id: only what is newer; "earliest" and "" are no bound
  std::optional<std::size_t> limit;  // the stream's own for poll, else default_limit
  std::optional<Timestamp> from;     // history: events of this time or later
  std::optional<Timestamp> to;       // history: events of this time or earlier
  milliseconds wait{0};              // poll: how long to hold an answer without anything newer

  /// Picks `after`, `limit`, `from` and `to` (Unix ms or RFC 3339) and `wait` out of a request's parameters,
  /// percent-decoded.
  /// Error (400): which of them is wrong and what it must be.
  static Expected<ListOptions> read(const std::vector<std::pair<std::string, std::string>>& parameters);
};

/// The answer to a poll or a history request: what http sends, less the headers that are the same for all.
struct ListAnswer {
  int status = 200;              // 404: `as: latest` and there is none yet (the body says so)
  std::string body;              // JSON
  bool empty = false;            // no event is in it
  std::string etag;              // quoted, of the body's content
  event::Sequence position = 0;  // what the answer knows of; `<epoch>-<position>` is the next request's `after`
  std::string next;              // history: the id to go on after when the list was cut, else ""
};

/// What a poll of that stream shows: what its `poll` names, else its on_connect, else its events.
const std::vector<event::TypeNumber>& polled(const event::StreamSpec& stream);

/// The latest values that the request's stream's `poll` names (else its on_connect, else its events), filtered alike,
/// oldest first; of more than the limit the newest.
///
/// Threads: any.
ListAnswer poll(const Hub& hub, const Request& request, const ListOptions& options);

/// The stream's past events still kept, oldest first; of more than the limit the oldest, and `next` to go on.
ListAnswer history(const Hub& hub, const Request& request, const ListOptions& options);

}  // namespace sluice::stream
