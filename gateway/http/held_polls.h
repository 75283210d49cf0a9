#pragma once

#include <cstdint>
#include <memory>
#include <vector>

#include "http/client_quota.h"
#include "http/counters.h"
#include "http/list_response.h"
#include "stream/poll_watch.h"

namespace sluice::http {

class PlainExchange;

/// A poll that waits for something newer.
///
/// Threads: the shard's. Owned by its exchange, which is given to HeldPolls as long as it waits.
struct HeldPoll final : stream::PollWatch::Waiter {
  ListRequest list;
  ClientPlace client_place;
  std::int64_t until_ms = 0;  // its answer goes out then, whatever it is
  event::Sequence seen = 0;   // what its last answer knew of
  PlainExchange* exchange = nullptr;
  int fd = -1;
};

/// The polls of a shard that are held until there is something newer (`?wait=`), their connections suspended.
///
/// Threads: one at a time: the shard's, or advance() the pipeline's while the shard sleeps.
class HeldPolls {
 public:
  /// `epoll` is the shard's; the events of a poll's socket carry the pointer of its Exchange.
  HeldPolls(const stream::Hub& hub, int epoll, Counters& counters);

  /// Holds the exchange's poll from here on.
  void hold(PlainExchange& exchange);
  /// Its peer has left, or has said all it has to say: the answer goes out as it is.
  void peer_left(PlainExchange& exchange);
  /// Rights may have changed: what came by right is answered as it is.
  void recheck() { watch_.recheck(); }
  /// All are answered as they are.
  void end_all() { watch_.end_all(); }

  /// Looks at what the hub has new.
  void advance() { watch_.advance(); }
  /// True when take() has some to give.
  bool any_over() const { return watch_.any_over(); }
  /// Those no longer held: what each answers stands in its exchange, whose connection is the caller's to resume.
  std::vector<PlainExchange*> take(std::int64_t now_ms);
  std::int64_t next_deadline() const { return watch_.next_deadline(); }
  std::size_t size() const { return held_; }

 private:
  const stream::Hub& hub_;
  const int epoll_;
  Counters& counters_;
  stream::PollWatch watch_;
  std::size_t held_ = 0;
};

}  // namespace sluice::http
