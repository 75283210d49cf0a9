#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "event/stream_spec.h"
#include "metrics/metrics.h"
#include "stream/form.h"
#include "stream/matcher.h"
#include "stream/request.h"

namespace sluice::stream {

class Selection;

/// What a selection's clients asked of one stream: which of its events are theirs.
///
/// Threads: its feed's.
class Interest {
 public:
  /// The wish's query holds only what the stream's filter reads. `clients` counts those of the stream.
  Interest(Selection& its_selection, std::size_t its_part, Wish wish, event::TypeNumber gap_type,
           metrics::Gauge& clients_of_stream);
  Interest(const Interest&) = delete;
  Interest& operator=(const Interest&) = delete;

  Selection& selection;
  const std::size_t part;  // its place among the selection's
  const std::shared_ptr<const event::StreamSpec> spec;
  const Value query;
  const std::vector<std::string> path_values;
  const Matcher matcher;
  metrics::Gauge& clients;

  /// The event types that go out live, `gap` among them; sorted.
  const std::vector<event::TypeNumber>& types() const { return types_; }
  /// True when the event is one of its own.
  bool carries(const event::Event& event) const;
  Parts bit() const { return Parts{1} << part; }
  /// The wish that it was made of.
  Wish wish() const { return {spec, query, path_values, matcher.binding()}; }

  std::uint32_t place_in_index = 0;  // the index's

 private:
  std::vector<event::TypeNumber> types_;
  std::vector<bool> carried_;  // by type
  const event::TypeNumber gap_type_;
};

}  // namespace sluice::stream
