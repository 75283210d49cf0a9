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
  for (const auto type : types) {
    // during a reload the streams are ahead of the catalog for a moment
    if (type < catalog.size()) list.emplace_back(catalog[type].name);
  }
  return list;
}

Value stream(const Gauges& gauges, const event::EventCatalog& catalog, const event::StreamSpec& spec) {
  const auto own = "/streams/" + spec.name;
  return Value::object({{"name", spec.name},
                        {"path", spec.path.empty() ? own : spec.path},
                        {"poll", spec.poll && !spec.poll->path.empty() ? spec.poll->path : own + "/latest"},
                        {"clients", number(gauges.hub.clients(spec.name))},
                        {"events", names(catalog, spec.events)}});
}

Value status(const Gauges& gauges) {
  Value::List streams;
  const auto specs = gauges.hub.streams();
  Value::List files;
  const auto serving = gauges.mappings.now();
  for (const auto& file : serving.set->files()) files.emplace_back(file);
  for (const auto& spec : *specs) streams.push_back(stream(gauges, *serving.catalog, *spec));
  const auto& log = gauges.hub.log();
  const auto broker = gauges.broker.status();
  return Value::object({
      {"version", version},
      {"uptime_ms", (gauges.clock.now() - gauges.started).count()},
      {"broker", Value::object({{"connected", broker.connected},
                                {"url", broker.address},
                                {"since", to_ms(broker.since)},
                                {"error", broker.error.empty() ? Value() : Value(broker.error)}})},
      {"mappings", Value::object({{"files", std::move(files)}, {"rules", number(serving.set->rule_count())}})},
      {"streams", std::move(streams)},
      {"clients", number(gauges.server->stats().clients)},
      {"log", Value::object({{"epoch", log.epoch()}, {"first", number(log.first())}, {"head", number(log.head())}})},
      {"messages", number(gauges.pipeline.counts().messages.load())},
      {"failures", number(gauges.failures.total())},
  });
}

Value mappings(const Gauges& gauges) {
  const auto serving = gauges.mappings.now();
  const auto status = gauges.mappings.status();
  Value::List files;
  for (const auto& file : serving.set->files()) files.emplace_back(file);
  Value::List notes;
  for (const auto& note : serving.set->notes()) notes.emplace_back(note.text());
  Value::List errors;
  for (const auto& error : status.errors) {
    errors.push_back(Value::object({{"where", error.where}, {"message", error.message}}));
  }
  Value::List failures;
  for (const auto& count : gauges.failures.by_rule()) {
    failures.push_back(
        Value::object({{"where", count.where}, {"rule", count.rule}, {"failures", number(count.failures)}}));
  }
  return Value::object({
      {"files", std::move(files)},
      {"fingerprint", serving.set->fingerprint()},
      {"since", to_ms(status.since)},
      {"rules", number(serving.set->rule_count())},
      {"tests", number(serving.tests)},
      {"notes", std::move(notes)},
      {"failures", std::move(failures)},
      {"reload", Value::object({{"attempts", number(status.attempts)},
                                {"failures", number(status.failures)},
                                {"last", to_ms(status.attempt)},
                                {"ok", status.errors.empty()},
                                {"errors", std::move(errors)},
                                {"steps", number(status.carried.steps)},
                                {"steps_kept", number(status.carried.steps_kept)},
                                {"latest_dropped", number(status.latest_dropped)}})},
  });
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
void add_schemas(const mapping::MappingSet& mappings, std::vector<http::PlainRoute>& routes) {
  const auto contract = mappings.contract().only([](const std::vector<std::string>& access) { return access.empty(); });
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
  return http::text(503, "not ready: the broker is away: " + (broker.error.empty() ? broker.address : broker.error));
}

}  // namespace

std::vector<http::PlainRoute> own_routes(const Gauges& gauges, const mapping::MappingSet& contracted) {
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
  add_schemas(contracted, routes);
  return routes;
}

}  // namespace sluice::app
