#include "http/route_source.h"

namespace sluice::http {

RouteSource::RouteSource(const stream::Hub& hub, Routes routes)
    : hub_(hub), routes_(std::make_shared<const Routes>(std::move(routes))) {}

void RouteSource::set(Routes routes) {
  auto next = std::make_shared<const Routes>(std::move(routes));
  const std::lock_guard lock(mutex_);
  routes_ = std::move(next);
  version_.fetch_add(1, std::memory_order_release);
}

std::pair<std::uint64_t, std::uint64_t> RouteSource::version() const {
  return {version_.load(std::memory_order_acquire), hub_.version()};
}

std::shared_ptr<const RouteTable> RouteSource::table() const {
  std::shared_ptr<const Routes> routes;
  {
    const std::lock_guard lock(mutex_);
    routes = routes_;
  }
  const auto streams = hub_.streams();
  return std::make_shared<const RouteTable>(std::move(routes), streams ? *streams : stream::Hub::Streams{});
}

}  // namespace sluice::http
