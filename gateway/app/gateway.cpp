#include "app/gateway.h"

#include <unistd.h>

#include <array>
#include <filesystem>

#include "app/access.h"
#include "app/command_routes.h"
#include "app/gateway_metrics.h"
#include "app/mapping_reload.h"
#include "app/mapping_swap.h"
#include "app/own_routes.h"
#include "app/pipeline.h"
#include "app/serving_mappings.h"
#include "base/log.h"
#include "event/event_catalog.h"
#include "history/memory_event_log.h"
#include "http/http_server.h"
#include "metrics/metrics.h"
#include "mqtt/mqtt_source.h"
#include "stream/hub.h"

namespace sluice::app {
namespace {

std::string host_name() {
  std::array<char, 256> name{};
  ::gethostname(name.data(), name.size() - 1);
  return name.data();
}

}  // namespace

// In the order of construction: what stands below uses what stands above.
struct Gateway::Parts {
  Parts(Config read, const LoadedMappings& loaded, const BrokerStandIn* stand_in)
      : config(std::move(read)),
        catalog(*loaded.catalog),
        mappings(loaded, started),
        log(config.history, stand_in == nullptr || stand_in->epoch.empty() ? event::new_epoch() : stand_in->epoch),
        hub(log, catalog, &registry),
        own_broker(stand_in == nullptr ? std::make_unique<mqtt::MqttSource>(config.mqtt, clock) : nullptr),
        broker(stand_in == nullptr ? static_cast<mqtt::Broker&>(*own_broker) : stand_in->broker),
        pipeline({broker, broker, hub, failures, stand_in == nullptr ? clock : stand_in->clock, loaded.set}) {}

  Gauges gauges() { return {clock, started, broker, pipeline, failures, hub, config, mappings, registry, server}; }
  http::Routes routes(std::vector<http::PlainRoute> own, const LoadedMappings& loaded) {
    http::Routes routes{std::move(own), command_routes(loaded.set, pipeline, &access->gate())};
    access->add_routes(routes);
    return routes;
  }

  Config config;
  SystemClock clock;
  Timestamp started = clock.now();
  metrics::Registry registry;
  event::EventCatalog catalog;
  ServingMappings mappings;
  FailureRecord failures;
  history::MemoryEventLog log;
  stream::Hub hub;
  const std::unique_ptr<mqtt::MqttSource> own_broker;  // null with a stand-in
  mqtt::Broker& broker;
  Pipeline pipeline;
  std::unique_ptr<Access> access;
  std::unique_ptr<http::HttpServer> server;
  std::unique_ptr<MappingReload> reload;
};

Gateway::Gateway() = default;

Gateway::~Gateway() {
  if (!parts_) return;
  parts_->reload.reset();  // it may wait for the pipeline
  // the pipeline first: answers that wait go out through the server
  parts_->pipeline.stop();
  if (parts_->access) parts_->access->stop();
  if (parts_->server) parts_->server->stop();
}

Expected<std::unique_ptr<Gateway>, Errors> Gateway::start(Config config, const BrokerStandIn* stand_in) {
  const auto mappings = load_mappings(config, {});
  if (!mappings) return tl::unexpected(mappings.error());
  if (config.mqtt.client_id.empty()) {
    config.mqtt.client_id = mqtt::default_client_id(host_name(), std::filesystem::absolute(config.file).string());
  }
  config.mqtt.payload_bytes = config.bounds.payload_bytes;

  std::unique_ptr<Gateway> gateway(new Gateway);
  gateway->parts_ = std::make_unique<Parts>(std::move(config), *mappings, stand_in);
  auto& parts = *gateway->parts_;
  const auto& set = *mappings->set;
  for (const auto& note : set.notes()) log::note(note.text());
  parts.hub.declare(set.streams());
  parts.broker.subscribe(set.subscriptions());

  const auto gauges = parts.gauges();
  count(gauges, parts.registry);
  auto access = Access::open(parts.config, parts.clock, parts.registry);
  if (!access) return tl::unexpected(access.error());
  parts.access = std::move(*access);
  const auto own = own_routes(gauges, set);
  if (auto opened = parts.access->open_admin_door(parts.config, parts.hub, own); !opened) {
    return tl::unexpected(Errors{opened.error()});
  }
  parts.config.http.gate = &parts.access->gate();
  auto server = http::HttpServer::start(parts.config.http, parts.hub, parts.routes(own, *mappings));
  if (!server) return tl::unexpected(Errors{server.error()});
  parts.server = std::move(*server);
  parts.pipeline.start();
  const auto routes_of = [&parts](const LoadedMappings& after) {
    auto own_after = own_routes(parts.gauges(), *after.set);
    return [&parts, own_after, all = parts.routes(own_after, after)] {
      parts.access->set_admin_routes(own_after);
      parts.server->set_routes(all);
    };
  };
  const MappingSwap swap{parts.pipeline, parts.catalog, parts.hub, parts.broker, parts.failures, routes_of};
  parts.reload = std::make_unique<MappingReload>(parts.config, parts.clock, parts.catalog, parts.mappings, swap);
  return gateway;
}

void Gateway::reload(const Expected<Config, Errors>& config) {
  Errors errors;
  if (!config) {
    errors = config.error();
  } else if (const auto reloaded = parts_->access->reload(*config, *parts_->server); !reloaded) {
    errors = reloaded.error();
  }
  for (const auto& error : errors) log::error(error.text());
  if (!errors.empty()) log::error("access and keys stay as they were");
  if (config) {
    for (const auto& name : changed_options(parts_->config, *config)) {
      if (name.starts_with("access.")) continue;
      log::warning(config->file + ": '" + name +
                   "' cannot change while the gateway runs: restart it to apply the change");
    }
  }
  parts_->reload->request();
}

std::string Gateway::url() const {
  return parts_->server->url();
}

std::string Gateway::admin_url() const {
  return parts_->access->admin_url();
}

std::uint64_t Gateway::events() const {
  return parts_->log.head();
}

void Gateway::drain() {
  parts_->server->drain();
}

bool Gateway::wait_drained(milliseconds patience) {
  return parts_->server->wait_drained(patience);
}

}  // namespace sluice::app
