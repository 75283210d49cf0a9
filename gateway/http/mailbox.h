#pragma once

#include <cstdint>
#include <memory>
#include <mutex>
#include <utility>
#include <vector>

#include "http/answer.h"
#include "http/doorbell.h"

namespace sluice::http {

/// Where answers to a shard's requests arrive from other threads.
///
/// Threads: answers are given from any; everything else from the shard's. Shared by the shard and its open answers, so
/// that a late one finds a closed box instead of nothing.
class Mailbox : public std::enable_shared_from_this<Mailbox> {
 public:
  explicit Mailbox(std::shared_ptr<Doorbell> doorbell) : doorbell_(std::move(doorbell)) {}

  using Letter = std::pair<std::uint64_t, Response>;  // the request's number, its answer
  /// The promise of an answer to that request.
  Answer answer(std::uint64_t request);
  std::vector<Letter> take();
  /// What comes from now on is thrown away.
  void close();

 private:
  const std::shared_ptr<Doorbell> doorbell_;
  std::mutex mutex_;
  std::vector<Letter> letters_;
  bool closed_ = false;
};

}  // namespace sluice::http
