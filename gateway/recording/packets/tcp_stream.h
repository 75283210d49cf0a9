#pragma once

#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>

#include "recording/packets/byte_sink.h"
#include "recording/packets/memory_budget.h"
#include "recording/packets/tcp_segment.h"

namespace sluice::recording {

/// One direction of a TCP connection put together again: every byte once and in order (RFC 9293, 3.4), whatever comes
/// twice, overlapping, out of order, around the end of the sequence numbers, or never.
///
/// Of bytes that come twice the first ones count. A hole is given up, and told as lost, once the other end has
/// acknowledged what is behind it (then it was received, and only the capture missed it), or when too much waits.
/// Memory: at most `most_bytes` in `most_segments` that wait behind a hole, less when the budget is used up.
class TcpStream {
 public:
  static constexpr std::size_t most_bytes = 1U << 20;
  static constexpr std::size_t most_segments = 4096;

  /// `budget` must outlive this.
  explicit TcpStream(MemoryBudget& budget) : budget_(budget) {}
  ~TcpStream() { forget(); }
  TcpStream(const TcpStream&) = delete;
  TcpStream& operator=(const TcpStream&) = delete;

  /// Takes a segment of this direction, with payload or without; gives the sink what now stands in order.
  void receive(const TcpSegment& segment, ByteSink& sink);
  /// The other end has acknowledged all before `sequence`.
  void acknowledged(std::uint32_t sequence, ByteSink& sink);
  /// Gives the sink all that waits, holes told as lost: nothing more will come.
  void flush(ByteSink& sink);

  /// True when the capture holds the connection's beginning.
  bool has_beginning() const { return has_beginning_; }
  /// The sequence number of the SYN; nullopt when the capture does not hold it.
  std::optional<std::uint32_t> syn() const { return syn_; }

 private:
  /// Where a sequence number stands in the stream: the place nearest to the next byte that it can mean.
  std::int64_t place_of(std::uint32_t sequence) const;
  void deliver(std::int64_t place, std::string_view bytes, ByteSink& sink);
  void wait(std::int64_t place, std::string_view bytes, ByteSink& sink);
  void deliver_waiting(ByteSink& sink);
  void give_hole_up(ByteSink& sink);
  void forget();

  MemoryBudget& budget_;
  std::optional<std::uint32_t> syn_;
  std::uint32_t base_ = 0;  // the sequence number of the stream's first byte
  bool based_ = false;
  bool has_beginning_ = false;
  std::int64_t next_ = 0;          // the place of the next byte to deliver
  std::int64_t acknowledged_ = 0;  // the place before which all was acknowledged
  std::multimap<std::int64_t, std::string> waiting_;
  std::size_t waiting_bytes_ = 0;
};

}  // namespace sluice::recording
