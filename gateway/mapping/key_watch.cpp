#include "mapping/key_watch.h"

namespace sluice::mapping {

KeyWatch::KeyWatch(Place place, const std::vector<std::string>& key, milliseconds idle, Context& context, Stage& next)
    : place_(place), idle_(idle), context_(context), next_(next), owner_(*this), slots_(context, key) {}

KeyWatch::Slot* KeyWatch::slot_of(const Value& record) {
  const auto found = slots_.at(record, owner_.cell());
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

void KeyWatch::adopt(Stage& before) {
  auto& same = static_cast<KeyWatch&>(before);
  slots_.adopt(same.slots_);
  owner_.adopt(same.owner_, *this);
  if (idle_ == same.idle_) return;
  slots_.each([&](Slot& slot) { context_.timers.arm(slot, slot.due() - same.idle_ + idle_); });
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
