#include "http/shard.h"

#include <sys/epoll.h>
#include <unistd.h>

#include <algorithm>
#include <chrono>

namespace sluice::http {
namespace {

constexpr int events_a_round = 256;
constexpr std::int64_t ns_a_ms = 1'000'000;
constexpr std::int64_t sweep_every_ms = 500;
// Sends that cost the pipeline about as much as waking this thread costs in all.
constexpr std::size_t served_asleep = 16;

std::int64_t monotonic_ns() {
  return std::chrono::duration_cast<std::chrono::nanoseconds>(std::chrono::steady_clock::now().time_since_epoch())
      .count();
}

stream::FeedOptions seeded(stream::FeedOptions options, std::uint32_t seed) {
  options.seed = seed;
  return options;
}

}  // namespace

Shard::Shard(ShardCommons& commons, std::uint32_t seed)
    : commons_(commons),
      doorbell_(std::make_shared<Doorbell>()),
      mailbox_(std::make_shared<Mailbox>(doorbell_)),
      epoll_(epoll_create1(EPOLL_CLOEXEC)),
      feed_(commons.hub, seeded(commons.options.feed, seed)),
      sink_(make_sink(commons.options.sink, counters_)),
      clients_(feed_, *sink_, epoll_, commons.options.limits, counters_),
      connections_(counters_),
      reception_({commons.options, commons.hub, commons.routes, commons.files, commons.browsers, commons.proxies,
                  commons.loopback, commons.quota, epoll_, clients_, connections_, counters_, mailbox_}) {
  reader_.waker = this;
}

std::unique_ptr<Shard> Shard::start(ShardCommons& commons, int listening, std::uint32_t seed) {
  std::unique_ptr<Shard> shard(new Shard(commons, seed));
  shard->daemon_ = Daemon::start(listening, commons.options.limits, shard->reception_);
  if (!shard->daemon_) return nullptr;
  if (!shard->watch(shard->doorbell_->fd(), EPOLLIN | EPOLLET, shard->doorbell_.get())) return nullptr;
  if (!shard->watch(shard->daemon_->fd(), EPOLLIN, shard->daemon_.get())) return nullptr;
  commons.hub.add(shard->reader_);
  shard->thread_ = std::thread([self = shard.get()] { self->run(); });
  return shard;
}

Shard::~Shard() {
  stop();
  daemon_.reset();  // before what its callbacks use
  clients_.bury();
  if (epoll_ >= 0) close(epoll_);
}

bool Shard::watch(int fd, std::uint32_t events, void* name) {
  epoll_event wanted{};
  wanted.events = events;
  wanted.data.ptr = name;
  return epoll_ctl(epoll_, EPOLL_CTL_ADD, fd, &wanted) == 0;
}

void Shard::drain() {
  drain_.store(true);
  doorbell_->ring();
}

void Shard::recheck() {
  recheck_.store(true);
  doorbell_->ring();
}

void Shard::stop() {
  if (!thread_.joinable()) return;
  stop_.store(true);
  doorbell_->ring();
  thread_.join();
  commons_.hub.remove(reader_);
}

void Shard::run() {
  const std::lock_guard lock(mutex_);
  while (!stop_.load()) round();
  mailbox_->close();
  clients_.end_all();
  reception_.give_up();
  daemon_->run();
  clients_.bury();
}

void Shard::round() {
  wait(sleep_ns());
  reception_.deliver(mailbox_->take());
  if (drain_.load() && !draining_) begin_drain();
  if (recheck_.exchange(false)) {
    clients_.serve(feed_.recheck());
    reception_.polls().recheck();
  }
  if (library_ready_ || daemon_->timeout_ms() == 0) daemon_->run();
  library_ready_ = false;
  clients_.settle();
  if (has_news() && now_ns_ >= next_pass_ns_) pass(SIZE_MAX);
  if (feed_.next_deadline() <= now_ns_ / ns_a_ms) clients_.serve(feed_.tick(now_ns_ / ns_a_ms));
  if (clients_.next_deadline() <= now_ns_ / ns_a_ms) clients_.tick();
  if (now_ns_ / ns_a_ms >= next_sweep_ms_) {
    clients_.sweep();
    connections_.sweep(now_ns_ / ns_a_ms);
    next_sweep_ms_ = now_ns_ / ns_a_ms + sweep_every_ms;
  }
  reception_.answer_polls();
  finish_round();
  if (draining_) look_drained();
}

// The library closes what was ended, and reads on from what was resumed.
void Shard::finish_round() {
  while (static_cast<int>(clients_.take_resumed()) + static_cast<int>(reception_.take_resumed()) > 0) daemon_->run();
  clients_.bury();
}

bool Shard::has_news() const {
  return rung_ || commons_.hub.log().head() != seen_head_ || commons_.hub.version() != seen_version_ ||
         commons_.hub.source_version() != seen_source_;
}

void Shard::pass(std::size_t most_served) {
  const auto started_ns = now_ns_;
  rung_ = false;
  seen_head_ = commons_.hub.log().head();
  seen_version_ = commons_.hub.version();
  seen_source_ = commons_.hub.source_version();
  const auto ready = feed_.advance(now_ns_ / ns_a_ms);
  const auto now = std::min(ready.size(), most_served);
  clients_.serve(ready.first(now));
  clients_.queue(ready.subspan(now));
  last_served_ = ready.size();
  reception_.polls().advance();
  const auto took_ns = monotonic_ns() - started_ns;
  next_pass_ns_ = started_ns + std::max(took_ns, commons_.options.window.count() * ns_a_ms);
  counters_.passes.add();
}

void Shard::news() {
  if (!serve_asleep()) doorbell_->ring();
}

// True when nothing is left to do for the shard's own thread.
bool Shard::serve_asleep() {
  const std::unique_lock lock(mutex_, std::try_to_lock);
  if (!lock || draining_ || last_served_ > served_asleep) return false;
  see_time();
  if (now_ns_ < next_pass_ns_) return false;
  const bool waited = clients_.waiting();
  const auto deadline = clients_.next_deadline();
  pass(served_asleep);
  // The thread sleeps until a time that knew nothing of this pass.
  if (clients_.busy() || clients_.resumed()) return false;
  if (clients_.waiting() != waited || clients_.next_deadline() < deadline) return false;
  if (reception_.polls().any_over()) return false;
  reader_.awake.store(false);
  return true;
}

std::int64_t Shard::sleep_ns() {
  if (clients_.busy() || reception_.polls().any_over()) return 0;
  // News in the window: awake until it ends, so that the hub does not ring.
  const auto until_pass = [&] { return std::max<std::int64_t>(0, next_pass_ns_ - monotonic_ns()); };
  auto sleep = INT64_MAX;
  if (has_news()) {
    sleep = until_pass();
  } else {
    reader_.awake.exchange(false);
    if (has_news()) {
      reader_.awake.store(true);
      sleep = until_pass();
    }
  }
  const auto at_most = [&](std::int64_t ms) { sleep = std::min(sleep, std::max<std::int64_t>(0, ms) * ns_a_ms); };
  const auto now_ms = monotonic_ns() / ns_a_ms;
  if (const auto left = daemon_->timeout_ms(); left >= 0) at_most(left);
  const auto deadline = std::min({feed_.next_deadline(), clients_.next_deadline(), reception_.polls().next_deadline()});
  if (deadline != INT64_MAX) at_most(deadline - now_ms);
  if (clients_.waiting() || connections_.waiting()) at_most(next_sweep_ms_ - now_ms);
  return sleep;
}

void Shard::wait(std::int64_t ns) {
  std::array<epoll_event, events_a_round> events{};
  const timespec longest{ns / (1000 * ns_a_ms), ns % (1000 * ns_a_ms)};
  mutex_.unlock();
  const int count = epoll_pwait2(epoll_, events.data(), events_a_round, ns == INT64_MAX ? nullptr : &longest, nullptr);
  mutex_.lock();
  reader_.awake.store(true);
  see_time();
  for (int i = 0; i < count; ++i) {
    const auto& event = events[static_cast<std::size_t>(i)];
    if (event.data.ptr == doorbell_.get()) {
      rung_ = true;
    } else if (event.data.ptr == daemon_.get()) {
      library_ready_ = true;
    } else if (auto& exchange = *static_cast<Exchange*>(event.data.ptr); exchange.is_client()) {
      clients_.on_event(static_cast<StreamClient&>(exchange), event.events);
    } else {
      reception_.polls().peer_left(static_cast<PlainExchange&>(exchange));
    }
  }
}

void Shard::see_time() {
  now_ns_ = monotonic_ns();
  clients_.begin_round(now_ns_ / ns_a_ms);
  reception_.begin_round(now_ns_ / ns_a_ms);
}

void Shard::begin_drain() {
  draining_ = true;
  reception_.drain();
  daemon_->stop_listening();
  daemon_->run();
  clients_.settle();
  clients_.serve(feed_.drain(now_ns_ / ns_a_ms));
}

void Shard::look_drained() {
  if (drained() || clients_.size() > 0 || reception_.running() > 0) return;
  drained_.store(true, std::memory_order_release);
  commons_.on_drained();
}

}  // namespace sluice::http
