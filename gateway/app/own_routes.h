#pragma once

#include <string>
#include <vector>

#include "app/failure_record.h"
#include "app/pipeline.h"
#include "http/http_server.h"
#include "http/route.h"
#include "mapping/mapping_set.h"
#include "mqtt/mqtt_source.h"
#include "stream/hub.h"

namespace sluice::app {

/// What the gateway says of itself: what its own routes read.
struct Gauges {
  const Clock& clock;
  Timestamp started;
  const mqtt::MqttSource& broker;
  const Pipeline& pipeline;
  const FailureRecord& failures;
  const stream::Hub& hub;
  std::shared_ptr<const mapping::MappingSet> mappings;
  const std::unique_ptr<http::HttpServer>& server;
};

/// `/livez /readyz /metrics /api/status /mappings /mappings/errors`. `gauges` must outlive the server.
std::vector<http::PlainRoute> own_routes(const Gauges& gauges);

}  // namespace sluice::app
