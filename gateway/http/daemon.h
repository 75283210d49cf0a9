#pragma once

#include <cstdint>
#include <memory>

#include "http/reception.h"
#include "http/server_options.h"

struct MHD_Daemon;

namespace sluice::http {

/// One libmicrohttpd daemon without a thread of its own, driven by its shard.
///
/// Threads: the shard's; start() and the destructor while that does not run.
class Daemon {
 public:
  /// Takes over the listening socket. Null when the library refuses.
  static std::unique_ptr<Daemon> start(int listening, const ServerLimits& limits, Reception& reception);
  /// No connection may be suspended any more.
  ~Daemon();
  Daemon(const Daemon&) = delete;
  Daemon& operator=(const Daemon&) = delete;

  /// Readable when run() has something to do.
  int fd() const { return fd_; }
  /// Does all that can be done now. To be called after a connection was resumed, too.
  void run();
  /// Milliseconds until run() must be called for a timeout; -1: none.
  std::int64_t timeout_ms() const;
  /// Closes the listening socket; connections that were waiting there are still taken.
  void stop_listening();

 private:
  explicit Daemon(int listening) : listening_(listening) {}

  MHD_Daemon* daemon_ = nullptr;
  int fd_ = -1;
  int listening_;
};

}  // namespace sluice::http
