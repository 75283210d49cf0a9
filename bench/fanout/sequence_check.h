#pragma once

#include <cstdint>

namespace sluice::bench {

/// What went wrong in the order of all connections together.
struct SequenceFaults {
  std::uint64_t missing = 0;
  std::uint64_t doubled = 0;
  std::uint64_t disordered = 0;
  std::uint64_t foreign = 0;  // events that the client never asked for
};

/// The order of one connection's ticks: the first is `first`, each further one `stride` later; stride 0 = none
/// expected.
///
/// A number that comes late was counted as missing before and becomes disordered then. Doubles are told from late
/// ones among the newest 64; what is older counts as disordered.
class SequenceCheck {
 public:
  SequenceCheck(std::uint64_t first = 0, std::uint64_t stride = 1) : next_(first), stride_(stride) {}

  void see(std::uint64_t sequence, SequenceFaults& faults) {
    if (sequence == next_ && stride_ != 0) [[likely]] {
      seen_ = seen_ << 1U | 1U;
      next_ += stride_;
      return;
    }
    see_unexpected(sequence, faults);
  }

  /// How many numbers below `end` have not come and are not yet counted as missing.
  [[nodiscard]] std::uint64_t outstanding(std::uint64_t end) const {
    return stride_ == 0 || next_ >= end ? 0 : (end - next_ + stride_ - 1) / stride_;
  }

 private:
  void see_unexpected(std::uint64_t sequence, SequenceFaults& faults) {
    if (stride_ == 0 || (sequence > next_ ? sequence - next_ : next_ - sequence) % stride_ != 0) {
      ++faults.foreign;
    } else if (sequence > next_) {
      const std::uint64_t skipped = (sequence - next_) / stride_;
      faults.missing += skipped;
      seen_ = skipped + 1 >= 64 ? 1U : seen_ << (skipped + 1) | 1U;
      next_ = sequence + stride_;
    } else {
      const std::uint64_t back = (next_ - sequence) / stride_ - 1;
      const std::uint64_t bit = back < 64 ? 1ULL << back : 0;
      if ((seen_ & bit) != 0) {
        ++faults.doubled;
      } else {
        ++faults.disordered;
        if (faults.missing > 0) --faults.missing;
        seen_ |= bit;
      }
    }
  }

  std::uint64_t next_;
  std::uint64_t stride_;
  std::uint64_t seen_ = 0;
};

}  // namespace sluice::bench
