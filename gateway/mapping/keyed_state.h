#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mapping/context.h"
#include "mapping/state_key.h"
#include "mapping/text_map.h"

namespace sluice::mapping {

/// What a step remembers of one key; the base of every slot.
struct StateSlot {
  std::size_t counted_bytes = 0;  // of the state's bound; KeyedState's
};

/// A slot that holds a record back.
struct RecordSlot : StateSlot {
  KeptRecord record;
  std::size_t record_bytes = 0;
};

/// The way from slots back to the stage that has them. Slots move as a whole from one mapper's stage to the next one's;
/// then this alone changes.
template <class Owner>
class OwnerLink {
 public:
  explicit OwnerLink(Owner& owner) : cell_(std::make_unique<Owner*>(&owner)) {}

  /// What a slot keeps a reference to.
  Owner*& cell() { return *cell_; }
  /// `owner`, which has this link, gets the slots that have `before`'s.
  void adopt(OwnerLink& before, Owner& owner) {
    cell_.swap(before.cell_);
    *cell_ = &owner;
  }

 private:
  std::unique_ptr<Owner*> cell_;
};

/// What a step remembers, one slot a key.
///
/// Threads: the pipeline thread.
/// Bounds: `keys_per_step` slots, and `state_bytes` over all steps: beyond them a new key is an error, never a loss of
/// an old one. Slots stay where they are.
template <class Slot>
class KeyedState {
 public:
  KeyedState(Context& context, const std::vector<std::string>& key) : context_(context), key_(key) {}
  ~KeyedState() {
    for (const auto& [name, slot] : slots_) context_.state_bytes -= slot.counted_bytes;
  }
  KeyedState(const KeyedState&) = delete;
  KeyedState& operator=(const KeyedState&) = delete;

  /// The slot of the record's key; made from `parts` when the key is new. Error: a bound is met.
  template <class... Parts>
  Expected<Slot*> at(const Value& record, Parts&&... parts) {
    state_key(record, key_, bytes_);
    if (const auto found = slots_.find(std::string_view(bytes_)); found != slots_.end()) return &found->second;
    if (slots_.size() >= context_.bounds.keys_per_step) {
      return unexpected("more than " + std::to_string(context_.bounds.keys_per_step) + " keys");
    }
    if (auto room = has_room(); !room) return tl::unexpected(room.error());
    const auto [made, is_new] = slots_.try_emplace(bytes_, std::forward<Parts>(parts)...);
    resized(made->second, 0, sizeof(Slot) + bytes_.size() + entry_bytes);
    return &made->second;
  }

  /// The key of the last at(), as state_key.h writes it.
  const std::string& key_bytes() const { return bytes_; }

  /// Error: the state of all steps together is at its bound.
  Expected<void> has_room() const {
    if (context_.state_bytes < context_.bounds.state_bytes) return {};
    return unexpected("the state of all steps fills its " + std::to_string(context_.bounds.state_bytes) + " bytes");
  }

  /// Counts that what the slot holds on the heap grew or shrank.
  void resized(Slot& slot, std::size_t before, std::size_t after) {
    slot.counted_bytes += after - before;
    context_.state_bytes += after - before;
  }

  /// Holds the record back in a RecordSlot, in the place of the one there.
  void keep(Slot& slot, Record&& record) {
    slot.record = KeptRecord(std::move(record));
    const auto bytes = slot.record.fields.heap_bytes();
    resized(slot, std::exchange(slot.record_bytes, bytes), bytes);
  }
  /// What a RecordSlot held back; empty when nothing.
  KeptRecord release(Slot& slot) {
    resized(slot, std::exchange(slot.record_bytes, 0), 0);
    return std::exchange(slot.record, {});
  }

  void forget(std::string_view key) {
    const auto found = slots_.find(key);
    if (found == slots_.end()) return;
    context_.state_bytes -= found->second.counted_bytes;
    slots_.erase(found);
  }

  /// Takes all slots of another mapper's state over; both have the same context and key.
  void adopt(KeyedState& before) { slots_.swap(before.slots_); }

  template <class Each>
  void each(Each&& visit) {
    for (auto& [name, slot] : slots_) visit(slot);
  }

 private:
  static constexpr std::size_t entry_bytes = 64;  // of the map, about

  Context& context_;
  const std::vector<std::string>& key_;
  TextMap<Slot> slots_;
  std::string bytes_;  // scratch: the key of the record in hand
};

}  // namespace sluice::mapping
