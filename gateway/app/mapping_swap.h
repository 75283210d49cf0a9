#pragma once

#include <functional>

#include "app/failure_record.h"
#include "app/pipeline.h"
#include "app/serving_mappings.h"
#include "event/event_catalog.h"
#include "mqtt/broker.h"
#include "stream/hub.h"

namespace sluice::app {

/// The change from one set of mappings to the next, between two batches of the pipeline: the rules with their state,
/// the streams with their clients, the commands, the subscriptions.
///
/// Threads: any but the pipeline's, which it waits for. What it refers to outlives it.
struct MappingSwap {
  Pipeline& pipeline;
  event::EventCatalog& catalog;
  stream::Hub& hub;
  mqtt::Broker& broker;
  FailureRecord& failures;
  /// Makes the routes of these mappings, aside; what it returns puts them to work.
  std::function<std::function<void()>(const LoadedMappings&)> routes_of;

  mapping::Mapper::CarryOver operator()(const LoadedMappings& before, const LoadedMappings& after) const;

 private:
  mapping::Mapper::CarryOver swap(const LoadedMappings& before, const LoadedMappings& after,
                                  const std::function<void()>& set_routes) const;
};

/// Removes the latest values of events that `after` declares otherwise than `before` and that do not fit any more, so
/// that no newcomer gets them; returns how many.
std::size_t drop_misfits(stream::Hub& hub, const mapping::MappingSet& before, const mapping::MappingSet& after);

}  // namespace sluice::app
