#pragma once

#include <cstdint>

#include "base/expected.h"
#include "base/value.h"

namespace sluice::mapping {

/// What `min max sum mean count first last` say of values, kept without the values.
///
/// Threads: like an int.
class RunningValues {
 public:
  /// Takes one more; a null counts for `first` and `last` only. Error: no number, or a sum beyond 64 bits; then it is
  /// left out.
  Expected<void> add(const Value& value);

  /// An object with a member for each, as Scope::running reads it.
  Value value() const;

 private:
  Value min_;
  Value max_;
  Value sum_ = 0;
  double total_ = 0;
  std::int64_t count_ = 0;
  Value first_;
  Value last_;
  bool any_ = false;
};

}  // namespace sluice::mapping
