#include "mapping/sparkplug/metric_table.h"

namespace sluice::mapping::sparkplug {
namespace {

// A node of a hash map and its place in the buckets, about.
constexpr std::size_t index_bytes = 64;

}  // namespace

MetricTable::Entry* MetricTable::add(std::string_view name, Datatype datatype) {
  if (auto* known = find(name)) {
    known->datatype = datatype;
    return known;
  }
  if (!share_.take(sizeof(Entry) + name.size() + index_bytes)) return nullptr;
  auto& entry = entries_.emplace_back(Entry{std::string(name), datatype, {}});
  by_name_.emplace(entry.name, &entry);
  return &entry;
}

const MetricTable::Entry* MetricTable::set_alias(std::uint64_t alias, Entry& entry) {
  if (const auto* known = find(alias)) return known == &entry ? nullptr : known;
  if (share_.take(index_bytes)) by_alias_.emplace(alias, &entry);
  return nullptr;
}

MetricTable::Entry* MetricTable::find(std::string_view name) {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second;
}

MetricTable::Entry* MetricTable::find(std::uint64_t alias) {
  const auto found = by_alias_.find(alias);
  return found == by_alias_.end() ? nullptr : found->second;
}

bool MetricTable::keep(Entry& entry, const Value& value) {
  share_.give(entry.value.heap_bytes());
  entry.value = Value();
  // Counted as the copy counts itself: the value given may have room to spare.
  Value kept = value;
  if (!share_.take(kept.heap_bytes())) return false;
  entry.value = std::move(kept);
  return true;
}

}  // namespace sluice::mapping::sparkplug
