#include "mapping/steps/step_kinds.h"

namespace sluice::mapping {

const std::vector<StepKind>& step_kinds() {
  static const std::vector<StepKind> kinds = {
      {"set", read_set, set_manual},
      {"when", read_when, when_manual},
      {"each", read_each, each_manual},
      {"changed", read_changed, changed_manual},
      {"collect", read_collect, collect_manual},
      {"window", read_window, window_manual},
      {"batch", read_batch, batch_manual},
      {"throttle", read_throttle, throttle_manual},
      {"hold", read_hold, hold_manual},
      {"silence", read_silence, silence_manual},
  };
  return kinds;
}

}  // namespace sluice::mapping
