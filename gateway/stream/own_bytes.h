#pragma once

#include <array>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "event/event.h"
#include "stream/snapshot.h"

namespace sluice::stream {

/// What one client gets besides its stream: the beginning of its connection, a heartbeat, a gap; and the events that
/// come before it goes on at its position. It lives until it is sent.
class OwnBytes {
 public:
  Written head;
  std::shared_ptr<const Snapshot> snapshot;  // after the head: its blocks; after the tail: its ages
  Written tail;
  Written end;
  std::vector<event::EventPtr> events;  // after all bytes
  std::size_t next_event = 0;

  /// The gap that ends the head: as long as it has not begun to go out, it can grow.
  struct PendingGap {
    std::size_t at = 0;
    TextSum before;  // of the head
    event::Sequence from = 0;
    std::uint64_t missed = 0;
  };
  std::optional<PendingGap> gap;

  bool bytes_left() const { return sent_ < size(); }
  bool events_left() const { return next_event < events.size(); }
  std::size_t sent_bytes() const { return sent_; }
  void sent(std::size_t count) { sent_ += count; }
  std::size_t size() const;
  /// Of the text of all bytes, where there is a coding.
  TextSum text() const;
  /// The next bytes, contiguous, at most about `most`; put together in `buffer` when they stand in several parts.
  std::string_view bytes(std::size_t most, std::string& buffer) const;

 private:
  std::array<const Written*, 5> parts() const;
  std::size_t sent_ = 0;
};

}  // namespace sluice::stream
