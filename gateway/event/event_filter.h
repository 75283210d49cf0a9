#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/value.h"
#include "event/event.h"

namespace sluice::event {

/// What is left of a stream's `when:` for one event type once the query is known: a key test that an index can answer,
/// a rest that is evaluated, or both.
///
/// Threads: any (immutable).
class EventFilter {
 public:
  virtual ~EventFilter() = default;

  /// True when no event of the type can match.
  virtual bool never() const = 0;
  /// Key fields that must have one of these values: all of them must hold. Empty: no such test.
  virtual const std::vector<std::pair<std::string, std::vector<Value>>>& key_tests() const = 0;
  /// True when the key tests say it all.
  virtual bool key_only() const = 0;
  /// The whole filter: key tests and rest. `fields` are the event's data. An evaluation error is no match and counted.
  virtual bool matches(const Value& key, const Value& fields) const = 0;
};

/// A stream's `when:` before the query is known.
///
/// Threads: any (immutable).
class StreamFilter {
 public:
  virtual ~StreamFilter() = default;

  /// True when it reads fields of the event's data, not only of its key, for that type.
  virtual bool reads_fields(TypeNumber type) const = 0;
  /// True when a parameter of that name can make a difference: clients that differ in others share one selection.
  virtual bool reads_query(std::string_view) const { return true; }
  /// Folds the query (an object; absent parameters are null) and the type's name in.
  virtual std::unique_ptr<EventFilter> fold(TypeNumber type, const Value& query) const = 0;
  /// Evaluations of all its folded filters that failed.
  virtual std::uint64_t errors() const { return 0; }
};

}  // namespace sluice::event
