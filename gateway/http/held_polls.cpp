#include "http/held_polls.h"

#include <sys/epoll.h>

#include "http/plain_exchange.h"

namespace sluice::http {
namespace {

/// Those who poll in turn know the same, and want to know the same: what answers one answers the next.
class SameAnswer {
 public:
  explicit SameAnswer(const stream::Hub& hub) : hub_(hub) {}

  const stream::ListAnswer& of(const HeldPoll& poll) {
    const auto& options = poll.list.options;
    if (turn_ != poll.turn || after_ != options.after || limit_ != options.limit) {
      answer_ = poll.list.answer(hub_);
      turn_ = poll.turn;
      after_ = options.after;
      limit_ = options.limit;
    }
    return answer_;
  }

 private:
  const stream::Hub& hub_;
  std::uint64_t turn_ = 0;  // no waiter's
  std::optional<std::string> after_;
  std::optional<std::size_t> limit_;
  stream::ListAnswer answer_;
};

}  // namespace

HeldPolls::HeldPolls(const stream::Hub& hub, int epoll, Counters& counters)
    : hub_(hub), epoll_(epoll), counters_(counters), watch_(hub) {}

void HeldPolls::hold(PlainExchange& exchange) {
  auto& poll = *exchange.held;
  poll.exchange = &exchange;
  // A suspended connection is not looked at by the library: only here it is seen that its peer left.
  epoll_event wanted{};
  wanted.events = EPOLLRDHUP | EPOLLET;
  wanted.data.ptr = static_cast<Exchange*>(&exchange);
  epoll_ctl(epoll_, EPOLL_CTL_ADD, poll.fd, &wanted);
  ++held_;
  counters_.held_polls.add();
  counters_.polls_held.add();
  watch_.add(poll, poll.list.wish, poll.seen, poll.until_ms);
}

void HeldPolls::peer_left(PlainExchange& exchange) {
  if (exchange.held) watch_.end(*exchange.held);
}

std::vector<PlainExchange*> HeldPolls::take(std::int64_t now_ms) {
  using Cause = stream::PollWatch::Cause;
  std::vector<PlainExchange*> answered;
  watch_.tick(now_ms);
  SameAnswer same(hub_);
  for (auto* waiter : watch_.take()) {
    auto& poll = static_cast<HeldPoll&>(*waiter);
    auto& exchange = *poll.exchange;
    if (poll.cause != Cause::ended) {
      const auto& answer = same.of(poll);
      if (poll.cause == Cause::news && !is_news(exchange.request, answer)) {
        watch_.add(poll, poll.list.wish, answer.position, poll.until_ms);
        continue;
      }
      exchange.answer = list_response(hub_, exchange.request, poll.list, answer);
    }
    epoll_ctl(epoll_, EPOLL_CTL_DEL, poll.fd, nullptr);
    --held_;
    counters_.held_polls.subtract();
    answered.push_back(&exchange);
  }
  return answered;
}

}  // namespace sluice::http
