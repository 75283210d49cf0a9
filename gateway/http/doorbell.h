#pragma once

namespace sluice::http {

/// What a shard sleeps on besides its sockets: an eventfd, waited for edge-triggered, so that it is never read.
///
/// Threads: ring() from any; everything else from the shard's.
class Doorbell {
 public:
  Doorbell();
  ~Doorbell();
  Doorbell(const Doorbell&) = delete;
  Doorbell& operator=(const Doorbell&) = delete;

  void ring();
  int fd() const { return fd_; }

 private:
  int fd_;
};

}  // namespace sluice::http
