#pragma once

#include <string>
#include <vector>

#include "mapping/keyed_state.h"
#include "mapping/stage.h"

namespace sluice::mapping {

/// The `forget:` of a rule for one of its keys: sees every record of the rule pass, and when none came for so long
/// drops what the rule's steps and latest values hold of that key.
///
/// Threads: the pipeline thread.
class KeyWatch final : public Stage {
 public:
  /// `where` and `rule` are told when a bound is met.
  struct Place {
    const std::string& where;
    const std::string& rule;
  };
  KeyWatch(Place place, const std::vector<std::string>& key, milliseconds idle, Context& context, Stage& next);

  void take(Record&& record) override;

  /// A stage whose state goes too.
  void add(Stage& stage) { stages_.push_back(&stage); }
  /// Goes on with the keys of the watch that stood here in the mapper before this one, under this one's `forget:`.
  void adopt(Stage& before) override;

  /// An event of this record was sent: its latest value goes with the record's key.
  void sent(const Value& record, event::TypeNumber type, const Value& key);

 private:
  struct Sent {
    event::TypeNumber type;
    Value key;
  };
  struct Slot final : StateSlot, Alarm {
    explicit Slot(KeyWatch*& owner) : watch(owner) {}
    void ring() override { watch->forget_all(*this); }
    KeyWatch*& watch;
    std::string key;
    TextMap<Sent> sent;  // by type and key
  };

  /// Null when a bound is met; `refused_` says which.
  Slot* slot_of(const Value& record);
  void forget_all(Slot& slot);

  Place place_;
  milliseconds idle_;
  Context& context_;
  Stage& next_;
  OwnerLink<KeyWatch> owner_;
  KeyedState<Slot> slots_;
  std::vector<Stage*> stages_;
  std::string refused_;
};

}  // namespace sluice::mapping
