#pragma once

#include <cstddef>
#include <unordered_map>
#include <utility>

namespace sluice::recording {

/// A map that remembers at least the `limit` entries used last and at most twice as many.
template <class Key, class Value, class Hash = std::hash<Key>>
class RecentMap {
 public:
  explicit RecentMap(std::size_t limit) : limit_(limit) {}

  /// Null when it is not there, or forgotten. Valid until the next call.
  Value* find(const Key& key) {
    if (const auto found = young_.find(key); found != young_.end()) return &found->second;
    auto old = old_.extract(key);
    if (old.empty()) return nullptr;
    make_room();
    return &young_.insert(std::move(old)).position->second;
  }
  Value& operator[](const Key& key) {
    if (auto* const found = find(key)) return *found;
    make_room();
    return young_[key];
  }
  /// Some entry has grown by so much, counted in entries.
  void weigh(std::size_t entries) { extra_ += entries; }

 private:
  void make_room() {
    if (young_.size() + extra_ < limit_) return;
    old_ = std::exchange(young_, {});
    extra_ = 0;
  }

  std::size_t limit_;
  std::size_t extra_ = 0;
  std::unordered_map<Key, Value, Hash> young_;
  std::unordered_map<Key, Value, Hash> old_;
};

}  // namespace sluice::recording
