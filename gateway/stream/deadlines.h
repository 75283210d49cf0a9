#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace sluice::stream {

/// A thing that is due at a time; `place` is the queue's own.
struct Deadline {
  static constexpr std::uint32_t nowhere = UINT32_MAX;
  std::int64_t at_ms = INT64_MAX;
  std::uint32_t place = nowhere;
};

/// Deadlines by time: a binary heap in which each knows its place, so that one can be moved or taken out.
///
/// Threads: one. It owns nothing: a deadline is removed before it dies.
class Deadlines {
 public:
  /// INT64_MAX when there is none.
  std::int64_t next() const { return heap_.empty() ? INT64_MAX : heap_.front()->at_ms; }
  Deadline& front() { return *heap_.front(); }
  bool empty() const { return heap_.empty(); }

  /// Puts it in, or moves it.
  void set(Deadline& deadline, std::int64_t at_ms);
  void remove(Deadline& deadline);

 private:
  void put(Deadline* deadline, std::size_t place);
  void rise(std::size_t place);
  void sink(std::size_t place);

  std::vector<Deadline*> heap_;
};

}  // namespace sluice::stream
