#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <utility>

#include "http/route_table.h"

namespace sluice::http {

/// Where each shard gets the routes of the moment.
///
/// Threads: any.
class RouteSource {
 public:
  RouteSource(const stream::Hub& hub, Routes routes);

  void set(Routes routes);
  /// Differs from the last one when table() would give another table.
  std::pair<std::uint64_t, std::uint64_t> version() const;
  std::shared_ptr<const RouteTable> table() const;

 private:
  const stream::Hub& hub_;
  mutable std::mutex mutex_;
  std::shared_ptr<const Routes> routes_;
  std::atomic<std::uint64_t> version_{0};
};

}  // namespace sluice::http
