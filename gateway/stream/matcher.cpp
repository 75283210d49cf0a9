#include "stream/matcher.h"

#include <algorithm>

namespace sluice::stream {

Matcher::Matcher(const event::StreamSpec& spec, const Value& query, const std::vector<std::string>& path_values,
                 KeyBinding binding)
    : binding_(std::move(binding)) {
  for (std::size_t i = 0; i < std::min(path_values.size(), spec.path_fields.size()); ++i) {
    path_tests_.push_back({spec.path_fields[i], path_values[i]});
  }
  if (spec.when == nullptr) return;
  std::vector<event::TypeNumber> types = spec.events;
  types.insert(types.end(), spec.on_connect.begin(), spec.on_connect.end());
  if (spec.poll) types.insert(types.end(), spec.poll->events.begin(), spec.poll->events.end());
  std::ranges::sort(types);
  types.erase(std::unique(types.begin(), types.end()), types.end());
  for (const auto type : types) rules_.push_back({type, spec.when->fold(type, query)});
}

const event::EventFilter* Matcher::filter(event::TypeNumber type) const {
  const auto rule = std::ranges::lower_bound(rules_, type, {}, &Rule::type);
  return rule == rules_.end() || rule->type != type ? nullptr : rule->filter.get();
}

bool Matcher::matches(const event::Event& event) const {
  if (binding_.bound() && !binding_.allows(event.key)) return false;
  std::string buffer;
  for (const auto& test : path_tests_) {
    const auto* value = event.key.find(test.field);
    if (value == nullptr || key_text(*value, buffer) != test.text) return false;
  }
  const auto* filter = this->filter(event.type);
  if (filter == nullptr) return true;
  if (filter->never()) return false;
  if (filter->key_only()) {
    return std::ranges::all_of(filter->key_tests(), [&](const auto& test) {
      static const Value absent;
      const auto* value = event.key.find(test.first);
      return std::ranges::find(test.second, value == nullptr ? absent : *value) != test.second.end();
    });
  }
  return filter->matches(event.key, event.fields ? *event.fields : Value());
}

}  // namespace sluice::stream
