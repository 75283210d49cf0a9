#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kinds = {
      {"set", read_set},         {"when", read_when},       {"each", read_each},   {"changed", read_changed},
      {"collect", read_collect}, {"window", read_window},   {"batch", read_batch}, {"throttle", read_throttle},
      {"hold", read_hold},       {"silence", read_silence},
  };
  return kinds;
}

}  // namespace sluice::mapping
