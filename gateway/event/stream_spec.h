#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/expected.h"
#include "base/value.h"
#include "event/event.h"
#include "event/event_filter.h"

namespace sluice::event {

/// What a client that cannot keep up gets.
enum class Overflow : std::uint8_t { disconnect, conflate, drop };

/// Reads a request's query into a stream's parameters. Implemented where types are known (mapping).
///
/// Threads: any (immutable).
class QueryReader {
 public:
  virtual ~QueryReader() = default;
  /// `parameters`: names and values as sent, percent-decoded, `[]` still on the name. The result is an object with
  /// every declared parameter, null where absent, and the undeclared ones that the filter reads. Error: what the
  /// request must say instead; names the allowed values.
  virtual Expected<Value> read(const std::vector<std::pair<std::string, std::string>>& parameters) const = 0;
};

/// How a stream's latest values are polled.
struct PollSpec {
  enum class As : std::uint8_t { events, data, latest };
  std::string path;  // "" when only /streams/<name>/latest serves it
  As as = As::events;
  std::vector<TypeNumber> events;
};

/// A stream as declared: a named view over the event log, served at a route.
///
/// Threads: any (immutable once published).
struct StreamSpec {
  std::string name;                    // the public name: "desk" or "desk.one_desk"
  std::string path;                    // the declared route, "" for none; "{desk}" in it filters by that key field
  std::vector<TypeNumber> events;      // sent live
  std::vector<TypeNumber> on_connect;  // latest values sent first
  std::shared_ptr<const StreamFilter> when;  // null: everything
  std::shared_ptr<const QueryReader> query;  // null: parameters do not count
  /// Key fields that path placeholders bind, in the path's order.
  std::vector<std::string> path_fields;
  Frame frame = Frame::event;

  /// Sent first; `event` "" = a plain data block.
  struct Hello {
    std::string event;
    std::string data_json;
  };
  std::optional<Hello> hello;

  milliseconds heartbeat{15'000};
  std::string heartbeat_event;  // "" = the comment
  std::optional<PollSpec> poll;
  std::string history_path;                  // "" for none
  std::string websocket_path;                // "" for none
  std::size_t limit = 1000;                  // newest n in poll and on_connect
  bool resume_latest = false;                // of all events missed, only the newest per event and key
  std::vector<TypeNumber> resume_latest_of;  // of these only
  std::optional<milliseconds> max_age;
  Overflow overflow = Overflow::disconnect;
  bool ages = false;
  std::vector<std::string> access;  // roles; empty = public
  std::string declared_at;          // file:line:column

  /// What the declaration says, as one text: while it stands, a new declaration of the stream changes nothing. "": not
  /// known.
  std::string declaration;
  /// The part of it that says how a request is read (path, query, a filter by the query): clients can go on under a new
  /// declaration only if this stands.
  std::string request;
};

}  // namespace sluice::event
