#include "stream/interest.h"

#include <algorithm>

namespace sluice::stream {

Interest::Interest(Selection& its_selection, std::size_t its_part, Wish wish, event::TypeNumber gap_type,
                   metrics::Gauge& clients_of_stream)
    : selection(its_selection),
      part(its_part),
      spec(std::move(wish.stream)),
      query(std::move(wish.query)),
      path_values(std::move(wish.path_values)),
      matcher(*spec, query, path_values, std::move(wish.binding)),
      clients(clients_of_stream),
      types_(spec->events),
      gap_type_(gap_type) {
  types_.push_back(gap_type);
  std::ranges::sort(types_);
  types_.erase(std::unique(types_.begin(), types_.end()), types_.end());
  carried_.resize(types_.back() + std::size_t{1});
  for (const auto type : types_) carried_[type] = true;
}

bool Interest::carries(const event::Event& event) const {
  if (event.type >= carried_.size() || !carried_[event.type]) return false;
  // The path and the filter are about the stream's own events.
  return event.type == gap_type_ || matcher.matches(event);
}

}  // namespace sluice::stream
