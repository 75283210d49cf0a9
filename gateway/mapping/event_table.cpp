#include "mapping/event_table.h"

#include <algorithm>

#include "base/text.h"

namespace sluice::mapping {

bool is_gateway_event(std::string_view name) {
  return name == "open" || name == "gap" || name == "checkpoint" || name == "expired" || name == "source";
}

bool is_name(std::string_view name) {
  if (name.empty() || name.size() > 100) return false;
  return std::all_of(name.begin(), name.end(), [](char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '-';
  });
}

DeclaredEvent& EventTable::add(event::EventCatalog& catalog, std::string_view file, std::string_view name,
                               TypePtr type) {
  const std::string qualified = std::string(file) + "." + std::string(name);
  auto& entry = by_name_[qualified];
  if (entry == nullptr) {
    entry = std::make_unique<DeclaredEvent>();
    entry->number = catalog.intern(file, name).number;
    entry->file = file;
    entry->name = name;
    entry->type = std::move(type);
    by_number_[entry->number] = entry.get();
    in_order_.push_back(entry.get());
  }
  return *entry;
}

Expected<DeclaredEvent*> EventTable::find(std::string_view file, std::string_view name) {
  if (const auto own = by_name_.find(std::string(file) + "." + std::string(name)); own != by_name_.end()) {
    return own->second.get();
  }
  if (name.find('.') != std::string_view::npos) {
    if (const auto other = by_name_.find(name); other != by_name_.end()) return other->second.get();
  }
  std::vector<std::string> names;
  for (const auto* event : in_order_) {
    names.push_back(event->file == file ? event->name : event->file + "." + event->name);
  }
  return unexpected("event '" + excerpt(name, 60) + "' is not declared in events:" + did_you_mean(name, names));
}

std::vector<DeclaredEvent*> EventTable::of_file(std::string_view file) const {
  std::vector<DeclaredEvent*> events;
  for (auto* event : in_order_) {
    if (event->file == file) events.push_back(event);
  }
  return events;
}

}  // namespace sluice::mapping
