#include "event/event_catalog.h"

namespace sluice::event {

EventType& EventCatalog::intern(std::string_view file, std::string_view name) {
  std::string qualified(file);
  qualified.append(".").append(name);
  const auto [place, is_new] = by_name_.try_emplace(std::move(qualified), static_cast<TypeNumber>(types_.size()));
  if (is_new) {
    auto& type = types_.emplace_back();
    type.number = place->second;
    type.file = file;
    type.name = name;
  }
  return types_[place->second];
}

void EventCatalog::extend(const EventCatalog& grown) {
  for (const auto& type : grown.types_) intern(type.file, type.name).key_fields = type.key_fields;
}

std::optional<TypeNumber> EventCatalog::find(std::string_view qualified) const {
  const auto found = by_name_.find(std::string(qualified));
  if (found == by_name_.end()) return std::nullopt;
  return found->second;
}

}  // namespace sluice::event
