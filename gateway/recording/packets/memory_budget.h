#pragma once

#include <cstddef>

namespace sluice::recording {

/// The bytes that all streams of one capture together may hold back.
class MemoryBudget {
 public:
  explicit MemoryBudget(std::size_t limit) : left_(limit) {}
  /// False when that is more than is left; nothing is taken then.
  bool take(std::size_t bytes) {
    if (bytes > left_) return false;
    left_ -= bytes;
    return true;
  }
  void give_back(std::size_t bytes) { left_ += bytes; }

 private:
  std::size_t left_;
};

}  // namespace sluice::recording
