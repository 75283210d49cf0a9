#include "mqtt/subscriptions.h"

#include <algorithm>
#include <functional>
#include <utility>

#include "base/text.h"

namespace sluice::mqtt {
namespace {

constexpr std::uint32_t highest_identifier = 268'435'455;  // MQTT 5, 3.8.2.1.2

std::uint32_t identifier_of(std::string_view text) {
  std::uint32_t hash = 2'166'136'261U;  // FNV-1a: the same in every build
  for (const char c : text) hash = (hash ^ static_cast<unsigned char>(c)) * 16'777'619U;
  return hash % highest_identifier + 1;
}

bool is_wildcard(std::string_view level) {
  return level == "+" || level == "#";
}

}  // namespace

bool overlap(std::string_view a, std::string_view b) {
  const auto a_levels = split(a, '/');
  const auto b_levels = split(b, '/');
  // MQTT 5, 4.7.2: no leading wildcard matches a topic that begins with $.
  if ((a.starts_with('$') && is_wildcard(b_levels[0])) || (b.starts_with('$') && is_wildcard(a_levels[0])))
    return false;
  for (std::size_t i = 0;; ++i) {
    const bool a_ends = i == a_levels.size();
    const bool b_ends = i == b_levels.size();
    if ((!a_ends && a_levels[i] == "#") || (!b_ends && b_levels[i] == "#")) return true;
    if (a_ends || b_ends) return a_ends && b_ends;
    if (a_levels[i] != "+" && b_levels[i] != "+" && a_levels[i] != b_levels[i]) return false;
  }
}

void Subscriptions::set(std::vector<std::string> filters) {
  const auto before = std::exchange(filters_, {});
  const bool is_change = std::ranges::any_of(before, &Filter::granted_before);
  for (const auto& old : before) {
    auto filter = old;
    filter.leaving = std::ranges::find(filters, old.text) == filters.end();
    // One that comes back after it was ended is subscribed to anew; until then its copies are counted with the rest.
    if (!filter.leaving && std::exchange(filter.ended, false)) filter.fresh = true;
    if (filter.leaving && !is_change) continue;
    filters_.push_back(std::move(filter));
  }
  std::sort(filters.begin(), filters.end());
  for (auto& text : filters) {
    if (std::ranges::find(filters_, text, &Filter::text) != filters_.end()) continue;
    Filter filter;
    filter.identifier = identifier_of(text);
    filter.text = std::move(text);
    filter.fresh = is_change;
    filters_.push_back(std::move(filter));
  }
  unsettled_ = std::ranges::any_of(filters_, [](const Filter& filter) { return filter.fresh || filter.leaving; });
  arrange();
}

void Subscriptions::arrange() {
  // Two texts may give one identifier: the later takes the next free one.
  std::ranges::stable_sort(filters_, {}, &Filter::identifier);
  for (std::size_t i = 1; i < filters_.size(); ++i) {
    filters_[i].identifier = std::max(filters_[i].identifier, filters_[i - 1].identifier + 1);
  }
  tree_ = message::TopicTree();
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    auto& filter = filters_[i];
    if (const auto parsed = message::TopicFilter::parse(filter.text)) tree_.add(*parsed, i);
    filter.contested = std::ranges::any_of(filters_, [&](const Filter& other) {
      const bool counts = other.identifier < filter.identifier || other.fresh || other.leaving || filter.fresh;
      return &other != &filter && counts && overlap(other.text, filter.text);
    });
  }
}

void Subscriptions::connected(bool session_present) {
  if (!session_present) {
    std::erase_if(filters_, &Filter::leaving);
    for (auto& filter : filters_) filter.fresh = false;
    unsettled_ = false;
    copies_.clear();
    arrange();
  }
  for (auto& filter : filters_) {
    filter.in_force = session_present && filter.granted_before;
    filter.refused = filter.ended = false;  // an UNSUBSCRIBE may have been lost with the connection
  }
}

void Subscriptions::granted(std::uint32_t identifier) {
  const auto filter = std::ranges::find(filters_, identifier, &Filter::identifier);
  if (filter != filters_.end() && !filter->ended) filter->in_force = filter->granted_before = true;
}

void Subscriptions::refused(std::uint32_t identifier) {
  const auto filter = std::ranges::find(filters_, identifier, &Filter::identifier);
  if (filter != filters_.end()) filter->refused = true;
}

std::vector<std::string> Subscriptions::end_leaving() {
  std::vector<std::string> texts;
  for (auto& filter : filters_) {
    if (!filter.leaving || filter.ended) continue;
    // One that the broker refused does not take its place.
    const bool is_needed = std::ranges::any_of(filters_, [&](const Filter& other) {
      return !other.leaving && !other.in_force && overlap(other.text, filter.text);
    });
    if (is_needed) continue;
    filter.ended = true;
    filter.in_force = filter.granted_before = false;
    texts.push_back(filter.text);
  }
  return texts;
}

bool Subscriptions::may_settle() const {
  return unsettled_ && std::ranges::all_of(filters_, [](const Filter& filter) {
           return filter.leaving ? filter.ended : filter.in_force || filter.refused;
         });
}

void Subscriptions::settle() {
  std::erase_if(filters_, &Filter::ended);
  for (auto& filter : filters_) filter.fresh = false;
  unsettled_ = false;
  copies_.clear();
  arrange();
}

bool Subscriptions::takes(const Copy& copy) {
  if (copy.identifiers.empty()) return true;
  const auto lowest = *std::min_element(copy.identifiers.begin(), copy.identifiers.end());
  const auto here = std::lower_bound(filters_.begin(), filters_.end(), lowest,
                                     [](const Filter& filter, std::uint32_t id) { return filter.identifier < id; });
  if (here != filters_.end() && here->identifier == lowest && !here->contested) return true;
  const auto count = tree_.match(copy.topic, matches_);
  const bool can_count = unsettled_ && (!copies_.full() || copies_.knows(copy.topic));
  if (can_count && count > 1) return takes_while_unsettled(copy, count);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& filter = filters_[matches_[i].number];
    if (filter.identifier >= lowest) return true;
    if (filter.in_force) return false;
  }
  return true;
}

bool Subscriptions::takes_while_unsettled(const Copy& copy, std::size_t matches) {
  const auto lowest = *std::min_element(copy.identifiers.begin(), copy.identifiers.end());
  bool is_fresh = false;         // it came under a new filter
  bool was_heard = false;        // an older filter matches the topic
  bool has_lower_fresh = false;  // and a new one of a lower identifier
  bool is_copy = false;          // of two older filters it is the second one's
  for (std::size_t i = 0; i < matches; ++i) {
    const auto& filter = filters_[matches_[i].number];
    if (filter.identifier == lowest) is_fresh = filter.fresh;
    if (!filter.fresh) was_heard = was_heard || filter.in_force || filter.ended;
    if (filter.identifier >= lowest) continue;
    has_lower_fresh = has_lower_fresh || (filter.fresh && !filter.refused);
    is_copy = is_copy || (!filter.fresh && filter.in_force);
  }
  // What the broker had stored on a topic that was heard before is no news.
  if (copy.retain && is_fresh) return !was_heard && !has_lower_fresh;
  if (is_copy && !copies_.knows(copy.topic)) return false;
  const auto content = std::hash<std::string_view>()(copy.payload) * 2 + (copy.retain ? 1 : 0);
  return copies_.is_first(copy.topic, content, copy.identifiers);
}

}  // namespace sluice::mqtt
