#pragma once

#include <memory>
#include <string>
#include <vector>

#include "base/key_binding.h"
#include "event/event_filter.h"
#include "event/stream_spec.h"

namespace sluice::stream {

/// What one request asks of the events: a stream's `when:` with the query folded in, and what the path and the claims
/// of the one who asks bind.
///
/// Threads: any (immutable).
class Matcher {
 public:
  /// Knows the events of the stream's `events`, `on_connect` and `poll`. `path_values` bind the first of the stream's
  /// path fields: a route without placeholders has none.
  Matcher(const event::StreamSpec& spec, const Value& query, const std::vector<std::string>& path_values,
          KeyBinding binding = {});

  /// True when the event passes; its type is one of those known.
  bool matches(const event::Event& event) const;

  /// The `when:` of that type; null: everything passes.
  const event::EventFilter* filter(event::TypeNumber type) const;

  struct PathTest {
    std::string field;
    std::string text;
  };
  const std::vector<PathTest>& path_tests() const { return path_tests_; }
  const KeyBinding& binding() const { return binding_; }

 private:
  struct Rule {
    event::TypeNumber type = 0;
    std::unique_ptr<event::EventFilter> filter;
  };
  std::vector<Rule> rules_;  // sorted by type
  std::vector<PathTest> path_tests_;
  KeyBinding binding_;
};

}  // namespace sluice::stream
