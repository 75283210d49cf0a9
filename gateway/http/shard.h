#pragma once

#include <array>
#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <thread>

#include "http/counters.h"
#include "http/daemon.h"
#include "http/doorbell.h"
#include "http/mailbox.h"
#include "http/reception.h"
#include "http/route_source.h"
#include "http/static_files.h"
#include "http/stream_clients.h"
#include "stream/feed.h"
#include "stream/hub.h"

namespace sluice::http {

/// What all shards of a server share; it outlives them.
struct ShardCommons {
  const ServerOptions& options;  // limits resolved
  stream::Hub& hub;
  const RouteSource& routes;
  const StaticFiles& files;
  const BrowserRules& browsers;
  const TrustedProxies& proxies;
  const bool loopback;
  ClientQuota& quota;
  std::function<void()> on_drained;  // from a shard's thread
};

/// One thread, one libmicrohttpd daemon, one epoll, and the clients they serve.
///
/// A pass takes what the log has new and serves all clients that it concerns; passes start at least `window`, and the
/// last pass' own duration, apart. A shard that sleeps is told of news by the hub once; one that is awake is not.
///
/// Waking a thread costs more than a few sends: so a shard asleep lets the thread that brings the news make the pass,
/// if it serves few clients. What is left over, and everything else, is the shard's own thread's, which then is woken.
///
/// Threads: drain(), recheck(), stop(), drained() and counters() from any; news() and wake() from the pipeline's; the
/// rest is its own thread. Its state is guarded by `mutex_`, which its thread lets go only to sleep.
class Shard final : private stream::Waker {
 public:
  /// Takes over the listening socket. Null when the kernel or the library refuses.
  static std::unique_ptr<Shard> start(ShardCommons& commons, int listening, std::uint32_t seed);
  /// stop().
  ~Shard() override;

  void drain();
  /// Ends the clients that came by right: their rights are looked at anew when they come back.
  void recheck();
  bool drained() const { return drained_.load(std::memory_order_acquire); }
  /// Ends everything at once and joins the thread.
  void stop();
  const Counters& counters() const { return counters_; }

 private:
  Shard(ShardCommons& commons, std::uint32_t seed);
  void news() override;
  void wake() override { doorbell_->ring(); }
  bool serve_asleep();
  bool watch(int fd, std::uint32_t events, void* name);
  void run();
  void round();
  std::int64_t sleep_ns();
  bool has_news() const;
  void wait(std::int64_t ns);
  void see_time();
  void pass(std::size_t most_served);
  void finish_round();
  void begin_drain();
  void look_drained();

  ShardCommons& commons_;
  Counters counters_;
  const std::shared_ptr<Doorbell> doorbell_;
  const std::shared_ptr<Mailbox> mailbox_;
  int epoll_ = -1;
  stream::Feed feed_;
  std::unique_ptr<StreamSink> sink_;
  StreamClients clients_;
  Connections connections_;
  Reception reception_;
  std::unique_ptr<Daemon> daemon_;
  stream::Hub::Reader reader_;

  std::mutex mutex_;
  std::size_t last_served_ = 0;  // clients of the last pass
  std::int64_t now_ns_ = 0;
  std::int64_t next_pass_ns_ = 0;
  std::int64_t next_sweep_ms_ = 0;
  std::uint64_t seen_head_ = 0;
  std::uint64_t seen_version_ = 0;
  std::uint64_t seen_source_ = 0;
  bool rung_ = true;  // the hub has news that no number tells
  bool library_ready_ = true;
  bool draining_ = false;

  std::atomic<bool> drain_{false};
  std::atomic<bool> recheck_{false};
  std::atomic<bool> drained_{false};
  std::atomic<bool> stop_{false};
  std::thread thread_;
};

}  // namespace sluice::http
