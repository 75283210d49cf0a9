#pragma once

#include <memory>

#include "base/value.h"
#include "message/message.h"

namespace sluice::mapping {

/// The message that a record came from: what `msg` reads.
///
/// Threads: the pipeline thread.
/// Order: while a message is mapped its origin borrows it; a step that holds a record back keeps the origin, one copy
/// for all that do.
struct Origin {
  const message::Message* message = nullptr;
  const Value* payload = nullptr;  // the decoded payload; null when no rule on the way reads it

  /// An origin that owns what it names. Of the payload's bytes only an excerpt is left.
  std::shared_ptr<const Origin> keep() const;

  mutable std::shared_ptr<const Origin> kept;
  std::weak_ptr<const Origin> self;  // of a kept one
};

/// What flows through the steps of a rule: fields by name, and where they came from.
struct Record {
  Value fields = Value::object();
  const Origin* origin = nullptr;  // never null; alive as long as the record
};

/// A record that a step holds back.
struct KeptRecord {
  Value fields;
  std::shared_ptr<const Origin> origin;

  KeptRecord() = default;
  explicit KeptRecord(Record&& record) : fields(std::move(record.fields)), origin(record.origin->keep()) {}
  /// Gives the fields away; the origin stays alive with this.
  Record release() { return {std::move(fields), origin.get()}; }
  Record copy() const { return {fields, origin.get()}; }
  bool empty() const { return origin == nullptr; }
};

}  // namespace sluice::mapping
