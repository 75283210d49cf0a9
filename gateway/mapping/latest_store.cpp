#include "mapping/latest_store.h"

#include <utility>

#include "mapping/state_key.h"

namespace sluice::mapping {
namespace {

constexpr std::size_t entry_bytes = 96;  // of a map's node, about

/// `value` is what fields_with_key() makes: fields of the key may stand beside those of the data.
bool fits(const TypePtr& shape, const Value& value) {
  if (shape == nullptr) return true;
  if (shape->kind == Type::Kind::record) return !shape->misfit(value, true);
  const auto* data = value.find("value");
  return data == nullptr || !shape->misfit(*data, true);
}

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

std::size_t LatestStore::watch(std::vector<Watched> types) {
  std::size_t dropped = 0;
  auto before = std::exchange(tables_, {});
  for (auto& watched : types) {
    if (tables_.size() <= watched.type) tables_.resize(watched.type + 1);
    auto& table = tables_[watched.type];
    if (table != nullptr) continue;
    if (watched.type < before.size()) table = std::move(before[watched.type]);
    if (table == nullptr) {
      table = std::make_unique<Table>(Table{std::move(watched.key_fields), std::move(watched.shape), {}});
      continue;
    }
    if (table->key_fields != watched.key_fields) {
      dropped += drop(*table, [](const Value&) { return false; });
    } else if (!same_type(table->shape, watched.shape)) {
      dropped += drop(*table, [&](const Value& value) { return fits(watched.shape, value); });
    }
    table->key_fields = std::move(watched.key_fields);
    table->shape = std::move(watched.shape);
  }
  for (auto& table : before) {
    if (table != nullptr) drop(*table, [](const Value&) { return false; });
  }
  return dropped;
}

std::size_t LatestStore::drop(Table& table, const std::function<bool(const Value&)>& wanted) {
  return std::erase_if(table.values, [&](const auto& entry) {
    if (wanted(entry.second)) return false;
    bytes_ -= entry.first.size() + entry_bytes + entry.second.heap_bytes();
    return true;
  });
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
