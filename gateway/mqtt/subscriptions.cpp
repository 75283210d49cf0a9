#include "mqtt/subscriptions.h"

#include <algorithm>

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

std::vector<std::string> Subscriptions::set(std::vector<std::string> filters) {
  const auto before = std::move(filters_);
  filters_.clear();
  std::sort(filters.begin(), filters.end());
  for (auto& text : filters) {
    Filter filter;
    const auto same = [&](const Filter& other) { return other.text == text; };
    if (const auto old = std::find_if(before.begin(), before.end(), same); old != before.end()) {
      filter = *old;
    } else {
      filter.identifier = identifier_of(text);
      filter.text = std::move(text);
    }
    filters_.push_back(std::move(filter));
  }
  // Two texts may give one identifier: the later takes the next free one.
  const auto by_identifier = [](const Filter& a, const Filter& b) { return a.identifier < b.identifier; };
  std::stable_sort(filters_.begin(), filters_.end(), by_identifier);
  for (std::size_t i = 1; i < filters_.size(); ++i) {
    filters_[i].identifier = std::max(filters_[i].identifier, filters_[i - 1].identifier + 1);
  }
  tree_ = message::TopicTree();
  for (std::size_t i = 0; i < filters_.size(); ++i) {
    auto& filter = filters_[i];
    if (const auto parsed = message::TopicFilter::parse(filter.text)) tree_.add(*parsed, i);
    filter.contested = std::any_of(filters_.begin(), filters_.begin() + static_cast<std::ptrdiff_t>(i),
                                   [&](const Filter& lower) { return overlap(lower.text, filter.text); });
  }
  std::vector<std::string> gone;
  for (const auto& old : before) {
    const auto same = [&](const Filter& filter) { return filter.text == old.text; };
    if (std::none_of(filters_.begin(), filters_.end(), same)) gone.push_back(old.text);
  }
  return gone;
}

void Subscriptions::connected(bool session_present) {
  for (auto& filter : filters_) filter.in_force = session_present && filter.granted_before;
}

void Subscriptions::granted(std::uint32_t identifier) {
  for (auto& filter : filters_) {
    if (filter.identifier == identifier) filter.in_force = filter.granted_before = true;
  }
}

bool Subscriptions::takes(std::string_view topic, std::span<const std::uint32_t> identifiers) {
  if (identifiers.empty()) return true;
  const auto lowest = *std::min_element(identifiers.begin(), identifiers.end());
  const auto here = std::lower_bound(filters_.begin(), filters_.end(), lowest,
                                     [](const Filter& filter, std::uint32_t id) { return filter.identifier < id; });
  if (here != filters_.end() && here->identifier == lowest && !here->contested) return true;
  const auto count = tree_.match(topic, matches_);
  for (std::size_t i = 0; i < count; ++i) {
    const auto& filter = filters_[matches_[i].number];
    if (filter.identifier >= lowest) return true;
    if (filter.in_force) return false;
  }
  return true;
}

}  // namespace sluice::mqtt
