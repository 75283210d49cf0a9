#include "mapping/latest_store.h"

#include "mapping/state_key.h"

namespace sluice::mapping {
namespace {

constexpr std::size_t entry_bytes = 96;  // of a map's node, about

void write_key(const Value& key, std::string& bytes) {
  bytes.clear();
  if (!key.is_object()) return;
  for (const auto& member : key.as_object()) append_key_part(member.value, bytes);
}

}  // namespace

Value fields_with_key(const Value& fields, const Value& key) {
  Value record = Value::object();
  if (fields.is_object()) {
    Value::Object members;
    members.reserve(fields.as_object().size() + (key.is_object() ? key.as_object().size() : 0));
    for (const auto& member : fields.as_object()) members.push_back(member);
    record = Value(std::move(members));
  } else {
    record.set("value", fields);
  }
  if (!key.is_object()) return record;
  for (const auto& member : key.as_object()) {
    if (member.value.is_null() && record.find(member.key()) != nullptr) continue;
    record.set(member.key(), member.value);
  }
  return record;
}

void LatestStore::watch(event::TypeNumber type, std::vector<std::string> key_fields) {
  if (tables_.size() <= type) tables_.resize(type + 1);
  if (tables_[type] == nullptr) tables_[type] = std::make_unique<Table>(Table{std::move(key_fields), {}});
}

Expected<void> LatestStore::store(const event::Emission& emission) {
  auto& table = *tables_[emission.type];
  write_key(emission.key, key_);
  auto found = table.values.find(std::string_view(key_));
  if (found == table.values.end()) {
    if (table.values.size() >= bounds_.latest_per_event) {
      return unexpected("more than " + std::to_string(bounds_.latest_per_event) + " latest values of one event");
    }
    if (bytes_ >= bounds_.latest_bytes) {
      return unexpected("latest values fill their " + std::to_string(bounds_.latest_bytes) + " bytes");
    }
    found = table.values.emplace(key_, Value()).first;
    bytes_ += key_.size() + entry_bytes;
  }
  Value& kept = found->second;
  bytes_ -= kept.heap_bytes();
  kept = fields_with_key(emission.fields, emission.key);
  bytes_ += kept.heap_bytes();
  return {};
}

void LatestStore::remove(const event::Emission& emission) {
  auto& table = *tables_[emission.type];
  write_key(emission.key, key_);
  const auto found = table.values.find(std::string_view(key_));
  if (found == table.values.end()) return;
  bytes_ -= found->first.size() + entry_bytes + found->second.heap_bytes();
  table.values.erase(found);
}

const Value* LatestStore::find(event::TypeNumber type, const Value& record) const {
  if (!watches(type)) return nullptr;
  const auto& table = *tables_[type];
  state_key(record, table.key_fields, key_);
  const auto found = table.values.find(std::string_view(key_));
  return found == table.values.end() ? nullptr : &found->second;
}

}  // namespace sluice::mapping
