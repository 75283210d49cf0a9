#include "mapping/trace_stage.h"

namespace sluice::mapping {

void TraceStage::take(Record&& record) {
  ++seen_;
  if (before_ == nullptr) {
    trace_.entered(rule_, record);
  } else {
    trace_.passed(*before_, record);
  }
  const auto passed_before = behind_ == nullptr ? 0 : behind_->seen_;
  next_.take(std::move(record));
  if (after_ != nullptr && behind_->seen_ == passed_before) trace_.stopped(*after_);
  if (before_ == nullptr) trace_.left();
}

}  // namespace sluice::mapping
