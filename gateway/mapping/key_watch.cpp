#include "mapping/key_watch.h"

namespace sluice::mapping {

KeyWatch::KeyWatch(Place place, const std::vector<std::string>& key, milliseconds idle, Context& context, Stage& next)
    : place_(place), idle_(idle), context_(context), next_(next), slots_(context, key) {}

KeyWatch::Slot* KeyWatch::slot_of(const Value& record) {
  const auto found = slots_.at(record, *this);
  if (!found) {
    refused_ = found.error().message;
    return nullptr;
  }
  Slot& slot = **found;
  if (!slot.armed()) {
    slot.key = slots_.key_bytes();
    context_.timers.arm(slot, context_.now + idle_);
  }
  return &slot;
}

void KeyWatch::take(Record&& record) {
  Slot* slot = slot_of(record.fields);
  if (slot == nullptr) return context_.fail(place_.where, place_.rule, *record.origin->message, refused_);
  context_.timers.arm(*slot, context_.now + idle_);
  next_.take(std::move(record));
}

void KeyWatch::sent(const Value& record, event::TypeNumber type, const Value& key) {
  Slot* slot = slot_of(record);
  if (slot == nullptr) return;
  const auto name = latest_name(type, key);
  if (slot->sent.find(name) != slot->sent.end()) return;
  slots_.resized(*slot, 0, name.size() + sizeof(Sent) + key.heap_bytes());
  slot->sent.emplace(name, Sent{type, key});
}

void KeyWatch::forget_all(Slot& slot) {
  for (auto* stage : stages_) stage->forget(slot.key);
  for (auto& [name, sent] : slot.sent) context_.forget(sent.type, std::move(sent.key), context_.now - idle_);
  const auto key = slot.key;
  slots_.forget(key);
}

}  // namespace sluice::mapping
