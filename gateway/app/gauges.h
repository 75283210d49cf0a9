#pragma once

#include <memory>

#include "app/config.h"
#include "app/failure_record.h"
#include "app/pipeline.h"
#include "app/serving_mappings.h"
#include "base/clock.h"
#include "http/http_server.h"
#include "metrics/metrics.h"
#include "mqtt/broker.h"
#include "stream/hub.h"

namespace sluice::app {

/// The parts of a running gateway that its own routes and metrics read; all of them may be read from any thread.
struct Gauges {
  const Clock& clock;
  Timestamp started;
  const mqtt::Broker& broker;
  const Pipeline& pipeline;
  const FailureRecord& failures;
  const stream::Hub& hub;
  const Config& config;
  const ServingMappings& mappings;
  const metrics::Registry& registry;
  const std::unique_ptr<http::HttpServer>& server;  // there before the first request
};

}  // namespace sluice::app
