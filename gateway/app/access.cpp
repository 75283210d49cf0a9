#include "app/access.h"

#include "app/access_routes.h"

namespace sluice::app {

Access::Access(std::unique_ptr<auth::Gate> gate)
    : gate_(std::move(gate)), desk_(std::make_unique<auth::LoginDesk>(*gate_)) {}

Expected<std::unique_ptr<Access>, Errors> Access::open(const Config& config, const Clock& clock,
                                                       metrics::Registry& registry) {
  auto gate = auth::Gate::open(config.access, clock, registry);
  if (!gate) return tl::unexpected(gate.error());
  return std::unique_ptr<Access>(new Access(std::move(*gate)));
}

void Access::add_routes(http::Routes& routes) {
  add_access_routes(*gate_, *desk_, routes);
}

Expected<void> Access::open_admin_door(const Config& config, stream::Hub& hub, std::vector<http::PlainRoute> routes) {
  if (config.admin_listen.empty()) return {};
  auto options = config.http;
  options.listen = config.admin_listen;
  options.shards = 1;
  options.admin_routes = http::AdminRoutes::open;
  options.gate = gate_.get();
  auto server = http::HttpServer::start(std::move(options), hub, {std::move(routes), {}});
  if (!server) return unexpected("admin.listen: " + server.error().message);
  admin_ = std::move(*server);
  return {};
}

void Access::set_admin_routes(std::vector<http::PlainRoute> routes) {
  if (admin_) admin_->set_routes({std::move(routes), {}});
}

std::string Access::admin_url() const {
  return admin_ ? admin_->url() : std::string();
}

Expected<void, Errors> Access::reload(const Config& config, http::HttpServer& server) {
  if (auto reloaded = gate_->reload(config.access); !reloaded) return reloaded;
  server.recheck();
  if (admin_) admin_->recheck();
  return {};
}

void Access::stop() {
  desk_->stop();
  if (admin_) admin_->stop();
}

}  // namespace sluice::app
