#include "app/own_routes.h"

#include "base/json.h"
#include "base/value.h"
#include "base/version.h"
#include "mapping/contract/languages.h"

namespace sluice::app {
namespace {

Value number(std::uint64_t count) {
  return static_cast<std::int64_t>(count);
}

Value names(const event::EventCatalog& catalog, const std::vector<event::TypeNumber>& types) {
  Value::List list;
  for (const auto type : types) list.emplace_back(catalog[type].name);
  return list;
}

Value stream(const Gauges& gauges, const event::StreamSpec& spec) {
  const auto own = "/streams/" + spec.name;
  return Value::object({{"name", spec.name},
                        {"path", spec.path.empty() ? own : spec.path},
                        {"poll", spec.poll && !spec.poll->path.empty() ? spec.poll->path : own + "/latest"},
                        {"clients", number(gauges.hub.clients(spec.name))},
                        {"events", names(gauges.hub.catalog(), spec.events)}});
}

Value status(const Gauges& gauges) {
  Value::List streams;
  for (const auto& spec : *gauges.hub.streams()) streams.push_back(stream(gauges, *spec));
  Value::List files;
  for (const auto& file : gauges.mappings->files()) files.emplace_back(file);
  const auto& log = gauges.hub.log();
  const auto broker = gauges.broker.status();
  return Value::object({
      {"version", version},
      {"uptime_ms", (gauges.clock.now() - gauges.started).count()},
      {"broker", Value::object({{"connected", broker.connected},
                                {"url", gauges.config.mqtt.address()},
                                {"since", to_ms(broker.since)},
                                {"error", broker.error.empty() ? Value() : Value(broker.error)}})},
      {"mappings", Value::object({{"files", std::move(files)}, {"rules", number(gauges.mappings->rule_count())}})},
      {"streams", std::move(streams)},
      {"clients", number(gauges.server->stats().clients)},
      {"log", Value::object({{"epoch", log.epoch()}, {"first", number(log.first())}, {"head", number(log.head())}})},
      {"messages", number(gauges.pipeline.counts().messages.load())},
      {"failures", number(gauges.failures.total())},
  });
}

Value mappings(const Gauges& gauges) {
  Value::List files;
  for (const auto& file : gauges.mappings->files()) files.emplace_back(file);
  Value::List notes;
  for (const auto& note : gauges.mappings->notes()) notes.emplace_back(note.text());
  Value::List failures;
  for (const auto& count : gauges.failures.by_rule()) {
    failures.push_back(
        Value::object({{"where", count.where}, {"rule", count.rule}, {"failures", number(count.failures)}}));
  }
  return Value::object({{"files", std::move(files)}, {"notes", std::move(notes)}, {"failures", std::move(failures)}});
}

Value errors(const Gauges& gauges) {
  Value::List list;
  for (const auto& failure : gauges.failures.last()) {
    list.push_back(Value::object({{"where", failure.where},
                                  {"rule", failure.rule},
                                  {"time", to_ms(failure.time)},
                                  {"topic", failure.topic},
                                  {"payload", failure.payload},
                                  {"message", failure.message}}));
  }
  return list;
}

/// The contract as everyone may see it, without what needs a role; written once, as it changes with the mappings only.
void add_schemas(const Gauges& gauges, std::vector<http::PlainRoute>& routes) {
  const auto contract =
      gauges.mappings->contract().only([](const std::vector<std::string>& access) { return access.empty(); });
  for (const auto& language : mapping::contract_languages()) {
    http::Response response{200, std::string(language.content_type), language.write(contract), {}};
    response.with("Cache-Control", "no-cache");
    routes.push_back(
        {"GET", "/schema/" + std::string(language.name), [response](const http::Request&) { return response; }});
  }
}

http::Response ready(const Gauges& gauges) {
  const auto broker = gauges.broker.status();
  if (broker.connected) return http::text(200, "ready");
  return http::text(
      503, "not ready: the broker is away: " + (broker.error.empty() ? gauges.config.mqtt.address() : broker.error));
}

}  // namespace

std::vector<http::PlainRoute> own_routes(const Gauges& gauges) {
  const auto json = [gauges](Value (*make)(const Gauges&)) {
    return [gauges, make](const http::Request&) {
      return http::json(200, to_json(make(gauges))).with("Cache-Control", "no-store");
    };
  };
  const auto live = [](const http::Request&) { return http::text(200, "live"); };
  const auto metrics = [gauges](const http::Request&) {
    return http::Response{200, "text/plain; version=0.0.4; charset=utf-8", gauges.registry.text(), {}};
  };
  std::vector<http::PlainRoute> routes = {
      {"GET", "/livez", live},
      {"GET", "/readyz", [gauges](const http::Request&) { return ready(gauges); }},
      {"GET", "/metrics", metrics, true},
      {"GET", "/api/status", json(status), true},
      {"GET", "/mappings", json(mappings), true},
      {"GET", "/mappings/errors", json(errors), true},
  };
  add_schemas(gauges, routes);
  return routes;
}

}  // namespace sluice::app
