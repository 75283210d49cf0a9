#pragma once

#include "stream/hub.h"

namespace sluice::http {

/// What a shard sleeps on besides its sockets: an eventfd.
///
/// Threads: ring() from any; everything else from the shard's.
class Doorbell final : public stream::Waker {
 public:
  Doorbell();
  ~Doorbell() override;
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  void ring();
  void wake() override { ring(); }
  /// Silent until the next ring().
  void hush();
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace sluice::http
