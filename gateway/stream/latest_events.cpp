#include "stream/latest_events.h"

namespace sluice::stream {
namespace {

std::size_t weight(const event::Event& event) {
  return event.bytes.size() + 2 * event.key_json.size();
}

}  // namespace

bool LatestEvents::keep(const event::EventPtr& event) {
  if (types_.size() <= event->type) types_.resize(event->type + std::size_t{1});
  auto& of_type = types_[event->type];
  const auto weighs = weight(*event);
  const auto known = of_type.by_key.find(event->key_json);
  if (known != of_type.by_key.end()) {
    bytes_ -= known->second.weight;
    known.value() = {event, weighs};
  } else {
    if (of_type.by_key.size() >= bounds_.keys || bytes_ + weighs > bounds_.bytes) return false;
    of_type.by_key.emplace(event->key_json, Kept{event, weighs});
  }
  bytes_ += weighs;
  of_type.version = ++newest_version_;
  return true;
}

void LatestEvents::remove(event::TypeNumber type, const std::string& key_json) {
  if (type >= types_.size()) return;
  auto& of_type = types_[type];
  const auto known = of_type.by_key.find(key_json);
  if (known == of_type.by_key.end()) return;
  bytes_ -= known->second.weight;
  of_type.by_key.erase(known);
  of_type.version = ++newest_version_;
}

void LatestEvents::forget(event::TypeNumber type) {
  if (type >= types_.size()) return;
  for (const auto& [key, kept] : types_[type].by_key) bytes_ -= kept.weight;
  types_[type] = {.by_key = {}, .version = ++newest_version_};
}

void LatestEvents::copy(event::TypeNumber type, std::vector<event::EventPtr>& out) const {
  if (type >= types_.size()) return;
  for (const auto& [key, kept] : types_[type].by_key) out.push_back(kept.event);
}

std::uint64_t LatestEvents::version(event::TypeNumber type) const {
  return type < types_.size() ? types_[type].version : 0;
}

}  // namespace sluice::stream
