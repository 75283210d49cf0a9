#include "app/gateway_metrics.h"

#include <string_view>

namespace sluice::app {
namespace {

void count_broker(const mqtt::Broker& broker, metrics::Registry& registry) {
  const auto& stats = broker.stats();
  const auto counter = [&](std::string_view name, std::string_view help, const mqtt::MqttStats::Count& source) {
    registry.counter_of(name, help, [&source] { return static_cast<double>(source.load()); });
  };
  registry.gauge_of("sluice_broker_connected", "1 while the broker is connected",
                    [&broker] { return broker.status().connected ? 1.0 : 0.0; });
  counter("sluice_mqtt_messages_total", "messages taken from the broker", stats.messages);
  counter("sluice_mqtt_payload_bytes_total", "payload bytes of these", stats.payload_bytes);
  counter("sluice_mqtt_copies_total", "copies left out that came by another, overlapping filter", stats.copies);
  counter("sluice_mqtt_redelivered_total", "messages left out that were here before a reconnect", stats.redelivered);
  counter("sluice_mqtt_oversize_total", "messages left out because their payload is above limits.payload",
          stats.oversize);
  counter("sluice_mqtt_malformed_total", "messages left out because their topic is no topic name", stats.malformed);
  counter("sluice_mqtt_published_total", "messages that the broker acknowledged", stats.published);
  counter("sluice_mqtt_publish_errors_total", "messages that the broker did not take", stats.publish_errors);
  counter("sluice_mqtt_connections_total", "connections established to the broker", stats.connections);
  counter("sluice_mqtt_connection_errors_total", "connections refused, failed or ended by an error",
          stats.connection_errors);
  counter("sluice_mqtt_sessions_lost_total", "sessions that the broker had forgotten", stats.sessions_lost);
  counter("sluice_mqtt_filters_refused_total", "subscriptions that the broker refused", stats.filters_refused);
}

void count_mapping(const Gauges& gauges, metrics::Registry& registry) {
  const auto counter = [&](std::string_view name, std::string_view help, const std::atomic<std::uint64_t>& source) {
    registry.counter_of(name, help, [&source] { return static_cast<double>(source.load()); });
  };
  const auto& counts = gauges.pipeline.counts();
  counter("sluice_mapping_messages_total", "messages mapped", counts.messages);
  counter("sluice_mapping_unmatched_total", "messages that no rule's topic matched", counts.unmatched);
  counter("sluice_mapping_events_total", "events emitted, internal ones too", counts.events);
  counter("sluice_mapping_publishes_total", "messages of rules that reached the broker", counts.published);
  counter("sluice_mapping_publishes_dropped_total", "messages of rules that did not", counts.publish_failures);
  registry.gauge_of("sluice_mapping_state_bytes", "bytes that steps and the Sparkplug session keep, about",
                    [&counts] { return static_cast<double>(counts.state_bytes.load()); });
  gauges.pipeline.sparkplug().register_in(registry);
  registry.gauge_of("sluice_log_first", "the oldest sequence kept",
                    [&hub = gauges.hub] { return static_cast<double>(hub.log().first()); });
  registry.gauge_of("sluice_log_head", "the newest sequence",
                    [&hub = gauges.hub] { return static_cast<double>(hub.log().head()); });
}

void count_reloads(const ServingMappings& mappings, metrics::Registry& registry) {
  const auto read = [&mappings](auto get) {
    return [&mappings, get] { return static_cast<double>(get(mappings.status())); };
  };
  using Status = ServingMappings::Status;
  registry.counter_of("sluice_mapping_reloads_total", "attempts to replace the mappings",
                      read([](const Status& status) { return status.attempts; }));
  registry.counter_of("sluice_mapping_reload_failures_total", "of these: sets that failed; the old one went on serving",
                      read([](const Status& status) { return status.failures; }));
  registry.gauge_of("sluice_mapping_reload_ok", "1 unless the last attempt failed: the files are not what serves",
                    read([](const Status& status) { return status.errors.empty() ? 1 : 0; }));
  registry.gauge_of("sluice_mapping_since_seconds", "when the serving mappings began to, in Unix time",
                    read([](const Status& status) { return static_cast<double>(to_ms(status.since)) / 1000; }));
  registry.counter_of("sluice_mapping_latest_dropped_total",
                      "latest values dropped at a reload because they do not fit their event any more",
                      read([](const Status& status) { return status.latest_dropped; }));
}

void count_http(const std::unique_ptr<http::HttpServer>& server, metrics::Registry& registry) {
  using Field = std::uint64_t http::ServerStats::*;
  const auto value = [&server](Field field) {
    return [&server, field] { return static_cast<double>(server->stats().*field); };
  };
  const auto counter = [&](std::string_view name, std::string_view help, Field field) {
    registry.counter_of(name, help, value(field));
  };
  registry.gauge_of("sluice_http_connections", "open HTTP connections", value(&http::ServerStats::connections));
  registry.gauge_of("sluice_clients", "clients of streams", value(&http::ServerStats::clients));
  counter("sluice_http_requests_total", "requests", &http::ServerStats::requests);
  counter("sluice_http_rejected_total", "requests refused for their head or size", &http::ServerStats::rejected_heads);
  counter("sluice_http_late_heads_total", "connections ended at the header deadline", &http::ServerStats::late_heads);
  counter("sluice_clients_opened_total", "clients of streams that came", &http::ServerStats::client_opens);
  counter("sluice_clients_ended_total", "clients of streams that left", &http::ServerStats::client_ends);
  for (const auto& [limit, field] :
       {std::pair("all", &http::ServerStats::overloaded), std::pair("address", &http::ServerStats::over_address),
        std::pair("principal", &http::ServerStats::over_principal)}) {
    registry.counter_of("sluice_clients_overload_total", "clients turned away at a limit: in all, of one address ...",
                        value(field), {{"limit", limit}});
  }
  registry.gauge_of("sluice_polls_held", "polls that wait for something newer", value(&http::ServerStats::held_polls));
  counter("sluice_polls_held_total", "polls that have waited for something newer", &http::ServerStats::polls_held);
  counter("sluice_clients_stalled_total", "clients ended because they took no byte or answered no ping",
          &http::ServerStats::stalled);
  counter("sluice_sends_total", "send() calls for streams", &http::ServerStats::sends);
  counter("sluice_sent_bytes_total", "bytes sent on streams", &http::ServerStats::bytes);
  counter("sluice_passes_total", "passes over the clients", &http::ServerStats::passes);
}

}  // namespace

void count(const Gauges& gauges, metrics::Registry& registry) {
  count_broker(gauges.broker, registry);
  count_mapping(gauges, registry);
  count_reloads(gauges.mappings, registry);
  count_http(gauges.server, registry);
}

}  // namespace sluice::app
