#pragma once

#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/expected.h"
#include "event/event.h"
#include "mapping/expression.h"
#include "mapping/mapping_set.h"
#include "mapping/text_map.h"
#include "mapping/type.h"

namespace sluice::mapping {

/// The newest values, by key, of the event types that some expression reads as `latest.E`.
///
/// Threads: the pipeline thread.
/// Bounds: `latest_per_event` keys a type and `latest_bytes` in all; beyond them a new key is an error, never a loss of
/// an old one.
class LatestStore final : public LatestValues {
 public:
  explicit LatestStore(const Bounds& bounds) : bounds_(bounds) {}

  /// What is kept of a type: values by its key fields, as the type says.
  struct Watched {
    event::TypeNumber type = 0;
    std::vector<std::string> key_fields;
    TypePtr shape;  // null: untyped
  };
  /// Keeps values of these types from now on, and of no others. Values that are there stay where they still fit: those
  /// of a type with other key fields, or whose type they do not fit any more, are dropped; returns how many.
  std::size_t watch(std::vector<Watched> types);
  bool watches(event::TypeNumber type) const { return type < tables_.size() && tables_[type] != nullptr; }

  /// Error: when the value has a new key and a bound is met.
  Expected<void> store(const event::Emission& emission);
  void remove(const event::Emission& emission);

  const Value* find(event::TypeNumber type, const Value& record) const override;

 private:
  struct Table {
    std::vector<std::string> key_fields;
    TypePtr shape;
    TextMap<Value> values;  // by key, as state_key.h writes it
  };
  std::size_t drop(Table& table, const std::function<bool(const Value&)>& wanted);

  const Bounds& bounds_;
  std::vector<std::unique_ptr<Table>> tables_;  // by type number; null where nothing is kept
  std::size_t bytes_ = 0;
  mutable std::string key_;  // scratch
};

/// An event as a rule reads it: its data plus its key fields.
Value fields_with_key(const Value& fields, const Value& key);

}  // namespace sluice::mapping
