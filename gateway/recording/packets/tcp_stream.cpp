#include "recording/packets/tcp_stream.h"

#include <algorithm>

namespace sluice::recording {

namespace {

// So far back no retransmission reaches (the largest window is 1 GiB, RFC 7323, 2.3; those in use are far smaller): the
// capture has missed most of a turn of the sequence numbers.
constexpr std::int64_t furthest_back = std::int64_t{1} << 28;

}  // namespace

std::int64_t TcpStream::place_of(std::uint32_t sequence) const {
  const auto next = base_ + static_cast<std::uint32_t>(next_);
  return next_ + static_cast<std::int32_t>(sequence - next);
}

void TcpStream::receive(const TcpSegment& segment, ByteSink& sink) {
  auto sequence = segment.sequence;
  if (segment.syn) {
    ++sequence;  // the SYN stands before the first byte (3.4)
    if (!syn_) syn_ = segment.sequence;
    has_beginning_ = has_beginning_ || !based_;
  }
  if (!based_) {
    base_ = sequence;
    based_ = true;
  }
  if (segment.payload.empty()) return;
  auto place = place_of(sequence);
  if (next_ - place > furthest_back) {
    flush(sink);
    place = acknowledged_ = next_ + 1;  // a hole of nobody knows how many bytes, which nothing will fill
    base_ = sequence - static_cast<std::uint32_t>(place);
  }
  if (place <= next_) {
    deliver(place, segment.payload, sink);
    deliver_waiting(sink);
  } else {
    wait(place, segment.payload, sink);
  }
}

void TcpStream::deliver(std::int64_t place, std::string_view bytes, ByteSink& sink) {
  const auto seen = static_cast<std::size_t>(next_ - place);
  if (seen >= bytes.size()) return;
  bytes.remove_prefix(seen);
  next_ += static_cast<std::int64_t>(bytes.size());
  sink.take(bytes);
}

void TcpStream::wait(std::int64_t place, std::string_view bytes, ByteSink& sink) {
  const auto [same, end] = waiting_.equal_range(place);
  if (std::any_of(same, end, [&](const auto& each) { return each.second.size() >= bytes.size(); })) return;
  while (!waiting_.empty() && (waiting_bytes_ + bytes.size() > most_bytes || waiting_.size() >= most_segments)) {
    give_hole_up(sink);
  }
  if (!budget_.take(bytes.size())) {
    flush(sink);
    if (place > next_) sink.lost(static_cast<std::uint64_t>(place - next_));
    next_ = std::max(next_, place);
    deliver(place, bytes, sink);
    return;
  }
  waiting_bytes_ += bytes.size();
  waiting_.emplace(place, bytes);
  deliver_waiting(sink);  // what waited may have come into order when room was made
  while (!waiting_.empty() && waiting_.begin()->first <= acknowledged_) give_hole_up(sink);
}

void TcpStream::acknowledged(std::uint32_t sequence, ByteSink& sink) {
  if (!based_) {
    base_ = sequence;
    based_ = true;
  }
  acknowledged_ = std::max(acknowledged_, place_of(sequence));
  while (!waiting_.empty() && waiting_.begin()->first <= acknowledged_) give_hole_up(sink);
}

void TcpStream::deliver_waiting(ByteSink& sink) {
  while (!waiting_.empty() && waiting_.begin()->first <= next_) {
    const auto first = waiting_.extract(waiting_.begin());
    waiting_bytes_ -= first.mapped().size();
    budget_.give_back(first.mapped().size());
    deliver(first.key(), first.mapped(), sink);
  }
}

void TcpStream::give_hole_up(ByteSink& sink) {
  const auto place = waiting_.begin()->first;
  if (place > next_) {
    sink.lost(static_cast<std::uint64_t>(place - next_));
    next_ = place;
  }
  deliver_waiting(sink);
}

void TcpStream::flush(ByteSink& sink) {
  while (!waiting_.empty()) give_hole_up(sink);
}

void TcpStream::forget() {
  waiting_.clear();
  budget_.give_back(waiting_bytes_);
  waiting_bytes_ = 0;
}

}  // namespace sluice::recording
