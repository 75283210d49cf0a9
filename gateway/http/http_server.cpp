#include "http/http_server.h"

#include <sys/resource.h>
#include <unistd.h>

#include <algorithm>
#include <condition_variable>
#include <mutex>
#include <random>
#include <thread>
#include <vector>

#include "http/listen_socket.h"
#include "http/shard.h"

namespace sluice::http {
namespace {

// What the process needs besides its clients: the log, the broker, the shards' own, requests that are no streams.
constexpr std::size_t kept_descriptors = 64;

// Raises the soft limit to the hard one; the limit then.
std::size_t descriptor_limit() {
  rlimit limit{};
  if (getrlimit(RLIMIT_NOFILE, &limit) != 0) return 1024;
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(std::min<rlim_t>(limit.rlim_cur, rlim_t{1} << 30));
}

}  // namespace

int default_shards() {
  const int cores = static_cast<int>(std::thread::hardware_concurrency());
  return cores <= 2 ? 1 : std::min(cores / 2, 8);
}

struct HttpServer::State {
  State(ServerOptions with, ListenAddress at, stream::Hub& hub, Routes first, StaticFiles from, TrustedProxies trusted)
      : options(std::move(with)),
        address(std::move(at)),
        routes(hub, std::move(first)),
        files(std::move(from)),
        browsers(options.browsers),
        proxies(std::move(trusted)),
        quota(options.limits),
        commons{
            options, hub, routes, files, browsers, proxies, address.is_loopback(), quota, [this] { tell_drained(); }} {}

  ~State() {
    shards.clear();  // with their sockets
    remove_socket_file(address);
  }

  void tell_drained() {
    const std::lock_guard lock(mutex);
    a_shard_drained.notify_all();
  }

  const ServerOptions options;
  ListenAddress address;
  RouteSource routes;
  const StaticFiles files;
  const BrowserRules browsers;
  const TrustedProxies proxies;
  ClientQuota quota;
  ShardCommons commons;
  std::vector<std::unique_ptr<Shard>> shards;
  std::mutex mutex;
  std::condition_variable a_shard_drained;
};

HttpServer::HttpServer() = default;

HttpServer::~HttpServer() {
  stop();
}

Expected<std::unique_ptr<HttpServer>> HttpServer::start(ServerOptions options, stream::Hub& hub, Routes routes) {
  auto address = ListenAddress::parse(options.listen);
  if (!address) return tl::unexpected(address.error());
  auto files = StaticFiles::open(options.web_root);
  if (!files) return tl::unexpected(files.error());
  auto proxies = TrustedProxies::of(options.trusted_proxies);
  if (!proxies) return tl::unexpected(proxies.error());
  const auto descriptors = descriptor_limit();
  const auto most_clients = descriptors > kept_descriptors ? descriptors - kept_descriptors : 1;
  if (options.limits.clients > most_clients) {
    return unexpected("limits.clients " + std::to_string(options.limits.clients) + " is above " +
                      std::to_string(most_clients) + ", the descriptor limit less " + std::to_string(kept_descriptors));
  }
  if (options.limits.clients == 0) options.limits.clients = most_clients;
  if (options.shards <= 0) options.shards = default_shards();
  auto seed = options.feed.seed == 0 ? std::random_device{}() : options.feed.seed;
  const int shards = options.shards;

  std::unique_ptr<HttpServer> server(new HttpServer);
  server->state_ = std::make_unique<State>(std::move(options), *address, hub, std::move(routes), std::move(*files),
                                           std::move(*proxies));
  auto& state = *server->state_;
  const auto sockets = listen_on(state.address, static_cast<std::size_t>(shards));
  if (!sockets) return tl::unexpected(sockets.error());
  for (const int listening : *sockets) {
    auto shard = Shard::start(state.commons, listening, seed++);
    if (!shard) return unexpected("the HTTP library did not start");
    state.shards.push_back(std::move(shard));
  }
  return server;
}

std::uint16_t HttpServer::port() const {
  return state_->address.port;
}

std::string HttpServer::url() const {
  return state_->address.url();
}

void HttpServer::set_routes(Routes routes) {
  state_->routes.set(std::move(routes));
}

void HttpServer::recheck() {
  for (const auto& shard : state_->shards) shard->recheck();
}

void HttpServer::drain() {
  for (const auto& shard : state_->shards) shard->drain();
}

bool HttpServer::wait_drained(milliseconds patience) {
  std::unique_lock lock(state_->mutex);
  return state_->a_shard_drained.wait_for(lock, patience, [this] {
    return std::all_of(state_->shards.begin(), state_->shards.end(), [](const auto& s) { return s->drained(); });
  });
}

void HttpServer::stop() {
  if (!state_) return;
  for (const auto& shard : state_->shards) shard->stop();
}

ServerStats HttpServer::stats() const {
  ServerStats stats;
  for (const auto& shard : state_->shards) shard->counters().add_to(stats);
  return stats;
}

}  // namespace sluice::http
