#include "app/gateway.h"

#include <unistd.h>

#include <array>
#include <filesystem>

#include "app/access.h"
#include "app/command_routes.h"
#include "app/gateway_metrics.h"
#include "app/own_routes.h"
#include "app/pipeline.h"
#include "base/log.h"
#include "event/event_catalog.h"
#include "history/memory_event_log.h"
#include "http/http_server.h"
#include "mapping/mapping_set.h"
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

/// The mappings, compiled and tested. Error: all that is wrong, or the tests that fail.
Expected<std::shared_ptr<const mapping::MappingSet>, Errors> load(const Config& config, event::EventCatalog& catalog) {
  mapping::LoadOptions options;
  options.zone = config.zone;
  options.bounds = config.bounds;
  auto set = mapping::MappingSet::load(config.mappings, catalog, options);
  if (!set) return set;
  const auto report = mapping::run_tests(**set, catalog);
  if (report.failures.empty()) return set;
  Errors errors;
  for (const auto& failure : report.failures) errors.push_back({"", failure.text});
  return tl::unexpected(std::move(errors));
}

}  // namespace

// In the order of construction: what stands below uses what stands above.
struct Gateway::Parts {
  Parts(Config read, std::shared_ptr<const mapping::MappingSet> set, std::unique_ptr<event::EventCatalog> types)
      : config(std::move(read)),
        catalog(std::move(types)),
        mappings(std::move(set)),
        log(config.history),
        hub(log, *catalog, &registry),
        broker(config.mqtt, clock),
        pipeline({broker, broker, hub, failures, clock, mappings}) {}

  Config config;
  SystemClock clock;
  Timestamp started = clock.now();
  metrics::Registry registry;
  std::unique_ptr<event::EventCatalog> catalog;
  std::shared_ptr<const mapping::MappingSet> mappings;
  FailureRecord failures;
  history::MemoryEventLog log;
  stream::Hub hub;
  mqtt::MqttSource broker;
  Pipeline pipeline;
  std::unique_ptr<Access> access;
  std::unique_ptr<http::HttpServer> server;
};

Gateway::Gateway() = default;

Gateway::~Gateway() {
  if (!parts_) return;
  // the pipeline first: answers that wait go out through the server
  parts_->pipeline.stop();
  if (parts_->access) parts_->access->stop();
  if (parts_->server) parts_->server->stop();
}

Expected<std::unique_ptr<Gateway>, Errors> Gateway::start(Config config) {
  auto catalog = std::make_unique<event::EventCatalog>();
  auto mappings = load(config, *catalog);
  if (!mappings) return tl::unexpected(mappings.error());
  if (config.mqtt.client_id.empty()) {
    config.mqtt.client_id = mqtt::default_client_id(host_name(), std::filesystem::absolute(config.file).string());
  }
  config.mqtt.payload_bytes = config.bounds.payload_bytes;

  std::unique_ptr<Gateway> gateway(new Gateway);
  gateway->parts_ = std::make_unique<Parts>(std::move(config), std::move(*mappings), std::move(catalog));
  auto& parts = *gateway->parts_;
  for (const auto& note : parts.mappings->notes()) log::note(note.text());
  parts.hub.declare(parts.mappings->streams());
  parts.broker.subscribe(parts.mappings->subscriptions());

  const Gauges gauges{parts.clock, parts.started, parts.broker,   parts.pipeline, parts.failures,
                      parts.hub,   parts.config,  parts.mappings, parts.registry, parts.server};
  count(gauges, parts.registry);
  auto access = Access::open(parts.config, parts.clock, parts.registry);
  if (!access) return tl::unexpected(access.error());
  parts.access = std::move(*access);
  http::Routes routes{own_routes(gauges),
                      command_routes(parts.mappings->commands(), parts.pipeline, &parts.access->gate())};
  parts.access->add_routes(routes);
  if (auto opened = parts.access->open_admin_door(parts.config, parts.hub, own_routes(gauges)); !opened) {
    return tl::unexpected(Errors{opened.error()});
  }
  parts.config.http.gate = &parts.access->gate();
  auto server = http::HttpServer::start(parts.config.http, parts.hub, std::move(routes));
  if (!server) return tl::unexpected(Errors{server.error()});
  parts.server = std::move(*server);
  parts.pipeline.start();
  return gateway;
}

std::string Gateway::url() const {
  return parts_->server->url();
}

std::string Gateway::admin_url() const {
  return parts_->access->admin_url();
}

void Gateway::drain() {
  parts_->server->drain();
}

bool Gateway::wait_drained(milliseconds patience) {
  return parts_->server->wait_drained(patience);
}

}  // namespace sluice::app
