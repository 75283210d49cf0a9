#pragma once

#include <cstddef>
#include <utility>

namespace sluice::mapping::sparkplug {

/// The bytes that a session holds, and their bound.
struct MemoryAccount {
  std::size_t limit = 0;
  std::size_t used = 0;
};

/// What one owner has taken of a MemoryAccount; gives it back at its end. The account must outlive it.
class MemoryShare {
 public:
  explicit MemoryShare(MemoryAccount& account) : account_(&account) {}
  MemoryShare(MemoryShare&& other) noexcept : account_(other.account_), bytes_(std::exchange(other.bytes_, 0)) {}
  MemoryShare& operator=(MemoryShare&& other) noexcept {
    std::swap(account_, other.account_);
    std::swap(bytes_, other.bytes_);
    return *this;
  }
  ~MemoryShare() { account_->used -= bytes_; }

  /// Takes `bytes` more; false, and nothing taken, when the account has no room for them.
  bool take(std::size_t bytes) {
    if (bytes > account_->limit || account_->used > account_->limit - bytes) return false;
    account_->used += bytes;
    bytes_ += bytes;
    return true;
  }
  /// Gives back `bytes` of what was taken.
  void give(std::size_t bytes) {
    account_->used -= bytes;
    bytes_ -= bytes;
  }

 private:
  MemoryAccount* account_;
  std::size_t bytes_ = 0;
};

}  // namespace sluice::mapping::sparkplug
